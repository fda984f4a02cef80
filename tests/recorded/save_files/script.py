from pathlib import Path

import wandb

run = wandb.init(project="suite", id="saves")
Path("out/deep").mkdir(parents=True, exist_ok=True)
Path("out/now.txt").write_text("now")
Path("out/deep/end of run.txt").write_text("end")
Path("out/raw.bin").write_bytes(b"\xff\x00")
run.save("out/now.txt", base_path="out", policy="now")
run.save("out/deep/*.txt", base_path="out", policy="end")
run.save("out/raw.bin", base_path="out", policy="live")
run.finish()

run = wandb.Api().run("ann/suite/saves")
names = {file.name: file.size for file in run.files()}
assert names["now.txt"] == 3, names
assert names["deep/end of run.txt"] == 3, names
assert names["raw.bin"] == 2, names
with run.file("now.txt").download(root="back", replace=True) as file:
    assert file.read() == "now"
run.file("raw.bin").delete()
assert "raw.bin" not in {file.name for file in wandb.Api().run("ann/suite/saves").files()}
