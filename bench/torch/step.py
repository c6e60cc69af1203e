"""The training step of `commsharp bench step` in PyTorch, and both timed in turn.

Usage: step.py FOLDER ROUNDS STEPS COMMAND...     (COMMAND starts commsharp; files are left in FOLDER)
Both start from the same weights and batch, which commsharp writes, and do the same steps. Names of parameters are
CommSharp's, so that loading them is a check that both have the same ones. Exits with 1 when CommSharp took longer than the
fastest way of PyTorch, or the losses are apart.
"""

import json
import math
import os
import statistics
import subprocess
import sys
import time

import torch
from torch import nn
from torch.nn import functional

IGNORED = -100
PLACEHOLDER = 3997
LEARNING_RATE = 2e-4
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)  # CLIP's
LOSS_APART = 2e-3  # after some steps; rounding differs from the first product on
FIRST_LOSS_APART = 1e-5


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width))

    def forward(self, x):  # as transformers' LlamaRMSNorm
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


def attend(q, k, v, mask):
    scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + mask
    return torch.matmul(functional.softmax(scores, dim=-1), v)


def rotate(x, cosine, sine):
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat((-second, first), -1) * sine


class LlamaAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (nn.Linear(width, width, bias=False) for _ in range(4))

    def forward(self, x, cosine, sine, mask):
        batch, length, width = x.shape
        q, k, v = (each(x).view(batch, length, self.heads, -1).transpose(1, 2) for each in (self.q_proj, self.k_proj, self.v_proj))
        mixed = attend(rotate(q, cosine, sine), rotate(k, cosine, sine), v, mask)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, width))


class LlamaMlp(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.gate_proj, self.up_proj = nn.Linear(width, hidden, bias=False), nn.Linear(width, hidden, bias=False)
        self.down_proj = nn.Linear(hidden, width, bias=False)

    def forward(self, x):
        return self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))


class LlamaBlock(nn.Module):
    def __init__(self, width, hidden, heads):
        super().__init__()
        self.input_layernorm, self.post_attention_layernorm = RmsNorm(width), RmsNorm(width)
        self.self_attn, self.mlp = LlamaAttention(width, heads), LlamaMlp(width, hidden)

    def forward(self, x, cosine, sine, mask):
        x = x + self.self_attn(self.input_layernorm(x), cosine, sine, mask)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    def __init__(self, vocabulary, width, hidden, depth, heads):
        super().__init__()
        self.embed_tokens = nn.Embedding(vocabulary, width)
        self.layers = nn.ModuleList(LlamaBlock(width, hidden, heads) for _ in range(depth))
        self.norm = RmsNorm(width)
        self.lm_head = nn.Linear(width, vocabulary, bias=False)
        self.head_width = width // heads

    def forward(self, x):
        length = x.shape[1]
        frequencies = 1.0 / 10000 ** (torch.arange(0, self.head_width, 2).float() / self.head_width)
        angles = torch.arange(length).float()[:, None] * frequencies
        angles = torch.cat((angles, angles), -1)
        mask = torch.full((length, length), float("-inf")).triu(1)
        cosine, sine = angles.cos(), angles.sin()
        for layer in self.layers:
            x = layer(x, cosine, sine, mask)
        return self.norm(x)


class EncoderAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, count, width = x.shape
        q, k, v = self.qkv(x).view(batch, count, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        return self.output(attend(q, k, v, None).transpose(1, 2).reshape(batch, count, width))


class FeedForward(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.input, self.output = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x):
        return self.output(functional.gelu(self.input(x)))


class EncoderBlock(nn.Module):
    def __init__(self, width, hidden, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.feedForward = EncoderAttention(width, heads), FeedForward(width, hidden)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.feedForward(self.norm2(x))


class Stem(nn.Module):
    def __init__(self, side, patch, width):
        super().__init__()
        self.side = patch
        self.patch = nn.Linear(3 * patch * patch, width, bias=False)
        self.classToken = nn.Parameter(torch.empty(1, 1, width))
        self.positions = nn.Parameter(torch.empty(1, 1 + (side // patch) ** 2, width))
        self.norm = nn.LayerNorm(width)

    def forward(self, pixels):
        batch, _, height, width = pixels.shape
        cut = pixels.reshape(batch, 3, height // self.side, self.side, width // self.side, self.side)
        patches = self.patch(cut.permute(0, 2, 4, 1, 3, 5).reshape(batch, -1, 3 * self.side * self.side))
        return self.norm(torch.cat((self.classToken.expand(batch, -1, -1), patches), 1) + self.positions)


class Tower(nn.Module):
    def __init__(self, side, patch, width, hidden, depth, heads):
        super().__init__()
        self.stem = Stem(side, patch, width)
        self.blocks = nn.ModuleList(EncoderBlock(width, hidden, heads) for _ in range(depth))

    def forward(self, pixels):
        states = [self.stem(pixels)]
        for block in self.blocks:
            states.append(block(states[-1]))
        return [state[:, 1:] for state in states[1:]]


class NormLinear(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm, self.linear = nn.LayerNorm(width), nn.Linear(width, width)

    def forward(self, x):
        return self.linear(self.norm(x))


class Merge(nn.Module):
    """COMM's LLN-Layerscale: sum_i alpha_i Linear_i(LN_i(v_i))."""

    def __init__(self, layers, width):
        super().__init__()
        self.alpha = nn.Parameter(torch.empty(layers))
        self.transforms = nn.ModuleList(NormLinear(width) for _ in range(layers))

    def forward(self, layers):
        return sum(scale * transform(layer) for scale, transform, layer in zip(self.alpha, self.transforms, layers))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.tower = Tower(side=112, patch=14, width=192, hidden=768, depth=6, heads=3)
        self.merge = Merge(6, 192)
        self.projector = nn.Linear(192, 256)
        self.language = Llama(vocabulary=4000, width=256, hidden=688, depth=6, heads=4)

    def forward(self, pixels, ids):
        normal = (pixels - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(DEVIATION).view(1, 3, 1, 1)
        image = self.projector(self.merge(self.tower(normal)))
        places = ids == PLACEHOLDER
        text = self.language.embed_tokens(ids.masked_fill(places, 0))
        return self.language(text.masked_scatter(places.unsqueeze(-1), image))

    def loss(self, pixels, ids, labels, all_logits):
        hidden, targets = self(pixels, ids)[:, :-1].reshape(-1, 256), labels[:, 1:].reshape(-1)
        if not all_logits:
            rows = (targets != IGNORED).nonzero().squeeze(1)
            hidden, targets = hidden.index_select(0, rows), targets.index_select(0, rows)
        return functional.cross_entropy(self.language.lm_head(hidden), targets, ignore_index=IGNORED)


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    types = {"F32": torch.float32, "I64": torch.int64}
    return {
        name: torch.frombuffer(data, dtype=types[entry["dtype"]], offset=entry["data_offsets"][0], count=math.prod(entry["shape"])).view(entry["shape"]).clone()
        for name, entry in header.items()
        if name != "__metadata__"
    }


class Peer:
    """One way of doing the step in PyTorch."""

    def __init__(self, name, tensors, all_logits, foreach):
        self.name, self.all_logits = name, all_logits
        tensors = dict(tensors)
        self.batch = [tensors.pop("batch." + each) for each in ("pixels", "ids", "labels")]
        self.model = Model()
        self.model.load_state_dict({own_name(each): tensor.clone() for each, tensor in tensors.items()})  # strict: all of them and no other
        parameters = list(self.model.parameters())
        self.count = sum(each.numel() for each in parameters)
        self.optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0, foreach=foreach)
        self.losses = []

    def step(self):
        loss = self.model.loss(*self.batch, self.all_logits)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.losses.append(loss.item())

    def time(self, steps):
        """Median milliseconds of a step: by the clock, and of all processors together."""
        times, processor_times = [], []
        for _ in range(steps):
            start, processor = time.perf_counter(), time.process_time()
            self.step()
            times.append((time.perf_counter() - start) * 1000)
            processor_times.append((time.process_time() - processor) * 1000)
        return statistics.median(times), statistics.median(processor_times)


def own_name(name):
    return name.replace("vision.branches.0.", "").replace("vision.projector.blocks.0.", "projector.")


def run_commsharp(command, steps, start):
    arguments = ["bench", "step", "--steps", str(steps), "--json", "--start", start]
    done = subprocess.run([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"bench/torch: commsharp failed: {done.stderr.strip()}")
    measurement = json.loads(done.stdout)["measurements"][0]
    details = {each["name"]: each["value"] for each in measurement["details"]}
    return (measurement["milliseconds"], details["processor time of a step"]), details


def show(name, times):
    """Prints the medians of pairs of times, and returns them."""
    clock, processor = (list(each) for each in zip(*times))
    print(f"{name}: {statistics.median(clock):.0f} ms ({min(clock):.0f} to {max(clock):.0f}), processors {statistics.median(processor):.0f} ms")
    return statistics.median(clock), statistics.median(processor)


def main(folder, rounds, steps, command):
    start = os.path.join(folder, "start.safetensors")
    ours, details = [], {}
    peers, theirs = [], {}
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
    for number in range(rounds):
        milliseconds, details = run_commsharp(command, steps, start)
        ours.append(milliseconds)
        if not peers:
            tensors = read_safetensors(start)
            peers = [
                Peer("all logits", tensors, all_logits=True, foreach=False),
                Peer("answers' logits", tensors, all_logits=False, foreach=False),
                Peer("answers' logits, foreach AdamW", tensors, all_logits=False, foreach=True),
            ]
            theirs = {peer.name: [] for peer in peers}
        for peer in peers:
            theirs[peer.name].append(peer.time(steps))
        print(f"round {number + 1}: CommSharp {ours[-1][0]:.0f} ms, " + ", ".join(f"{name} {times[-1][0]:.0f} ms" for name, times in theirs.items()), flush=True)

    print(f"one step, medians of {rounds} rounds (by the clock, and of all processors together); {peers[0].count} parameters on both sides")
    medians = {name: show(f"PyTorch, {name}", times) for name, times in theirs.items()}
    own = show("CommSharp", ours)
    fastest = min(medians, key=medians.get)
    ratio, processor_ratio = (a / b for a, b in zip(own, medians[fastest]))
    first = abs(details["loss of the first step"] - peers[-1].losses[0])
    last = abs(details[f"loss of step {steps}"] - peers[-1].losses[steps - 1])
    print(f"losses: first step {details['loss of the first step']:.6f} and {peers[-1].losses[0]:.6f}, step {steps} {details[f'loss of step {steps}']:.6f} and {peers[-1].losses[steps - 1]:.6f}")
    print(f"CommSharp / PyTorch's fastest ({fastest}): {ratio:.2f} (wanted: at most 1), processor time {processor_ratio:.2f}")
    print(f"losses apart: {first:.1e} at first, {last:.1e} at last (wanted: at most {FIRST_LOSS_APART:.0e} and {LOSS_APART:.0e})")
    return 0 if ratio <= 1 and first <= FIRST_LOSS_APART and last <= LOSS_APART else 1


if __name__ == "__main__":
    if len(sys.argv) < 5 or not sys.argv[2].isdigit() or not sys.argv[3].isdigit():
        sys.exit("Usage: step.py FOLDER ROUNDS STEPS COMMAND...")
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
