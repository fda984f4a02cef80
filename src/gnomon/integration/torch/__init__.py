"""What a torch model looks like, for the Model tab."""

from gnomon.integration.torch.wandb_torch import TorchGraph

__all__ = ["TorchGraph"]
