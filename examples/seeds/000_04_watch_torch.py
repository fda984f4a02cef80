"""From tutorial 000, block 4: gradients and parameters of a torch model, every few batches. Needs torch."""

import torch

import gnomon as wandb

torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

wandb.init(project="watched")
wandb.watch(model, log="all", log_freq=10)
for _ in range(100):
    inputs = torch.rand(16, 4)
    loss = ((model(inputs) - inputs.sum(1, keepdim=True)) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    wandb.log({"loss": loss.item()})
wandb.finish()
