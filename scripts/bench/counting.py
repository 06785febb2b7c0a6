"""Time and check the counter: the closed form, the module tree on the meta device, and torchinfo where it is installed.

    python scripts/bench/counting.py

Each road counts in a process of its own. Seconds and memory are beyond imports; ``parameters`` beside the true number
shows who counts tied weights twice.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SHAPES = {
    "gpt2": "GPT2LMHeadModel(GPT2Config())",
    "gpt3": "GPT2LMHeadModel(GPT2Config(n_embd=12288, n_layer=96, n_head=96, n_positions=2048))",
    "llama3-405b": "LlamaForCausalLM(LlamaConfig(hidden_size=16384, num_hidden_layers=126, num_attention_heads=128, "
    "num_key_value_heads=8, intermediate_size=53248, vocab_size=128256))",
    "deepseek-v3": "DeepseekV3ForCausalLM(DeepseekV3Config())",
}
MEASURE = """
import json, resource, sys, time
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 2**20)
{imports}
memory, started = peak(), time.perf_counter()
{make}
made = time.perf_counter()
{count}
done = time.perf_counter()
tell = dict(neurons=neurons, synapses=synapses, parameters=parameters)
print(json.dumps(tell | dict(make=made - started, count=done - made, megabytes=peak() - memory)))
"""
CLOSED_FORM = {
    "imports": "from generators.inspect import inspect, as_json",
    "make": "",
    "count": "given = as_json(inspect('spec:{name}')); "
    "neurons, synapses, parameters = given['neurons'], given['synapses'], given['parameters']",
}
MODULE_TREE = {
    "imports": "import torch\nfrom transformers import *\n"
    "from generators.articles.neuron.analysis.counting import count_module",
    "make": "with torch.device('meta'): module = {shape}",
    "count": "count = count_module(module); "
    "neurons, synapses, parameters = count.neurons, count.synapses, count.parameters",
}
TORCHINFO = {
    "imports": "import torch, torchinfo\nfrom transformers import *",
    "make": "with torch.device('meta'): module = {shape}",
    "count": "neurons = synapses = None; parameters = torchinfo.summary(module, verbose=0).total_params",
}


def main() -> int:
    """Print one line for every network and road; 1 when our two roads disagree."""
    roads = {"closed form": CLOSED_FORM}
    if find_spec("transformers"):
        roads["module tree"] = MODULE_TREE
        if find_spec("torchinfo"):
            roads["torchinfo"] = TORCHINFO
    print(f"{'network':12} {'road':12} {'make s':>7} {'count s':>8} {'MB':>6}  neurons, synapses, parameters")
    disagreeing = 0
    for name, shape in SHAPES.items():
        told = {road: measure(parts, name, shape) for road, parts in roads.items()}
        for road, one in told.items():
            numbers = [one[key] for key in ("neurons", "synapses", "parameters")]
            said = ", ".join("not told" if number is None else f"{number:,}" for number in numbers)
            print(f"{name:12} {road:12} {one['make']:7.3f} {one['count']:8.4f} {one['megabytes']:6.1f}  {said}")
            if road == "module tree":
                disagreeing += numbers != [told["closed form"][key] for key in ("neurons", "synapses", "parameters")]
            if road == "torchinfo" and (excess := numbers[-1] - told["closed form"]["parameters"]):
                print(f"{'':26}{excess:+,} parameters beyond the true number")
    return 1 if disagreeing else 0


def measure(parts: dict[str, str], name: str, shape: str) -> dict[str, float]:
    """Run one road in a fresh process."""
    names = shape.replace("(", " ").replace(")", " ").split()
    wanted = ", ".join(sorted({each for each in names if each.endswith(("Config", "Model", "CausalLM"))}))
    filled = {key: text.format(name=name, shape=shape) for key, text in parts.items()}
    filled["imports"] = filled["imports"].replace("import *", f"import {wanted}")
    program = MEASURE.format(**filled)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
