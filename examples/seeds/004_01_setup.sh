# From tutorial 004, block 1: install, and store a key. `pip install wandb` is `pip install gnomon` here.

gnomon login "$KEY" --host "$HOST_OF_GNOMON"
gnomon status
