"""joeynmt 2.3 on the prepared corpus: its own training loop with a clock around it, its own search with given weights.

Run by bench_translator.py in an interpreter that has joeynmt; nothing of attnlab is imported.
"""

from __future__ import annotations

import argparse
import sys
import time
import types
from pathlib import Path

import numpy as np
from steady_steps import SteadySteps, peak_bytes, tell

SOURCE, TARGET = "en", "de"
LAYERS, HEADS, D_MODEL, D_FF, DROPOUT = 4, 4, 128, 256, 0.3
# joeynmt numbers its special tokens in this order; those of the vocabulary's file are recognised by their names.
SPECIAL = {"unk_token": "<unk>", "pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measure", choices=["train", "decode"])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--beam", type=int, default=1)
    parser.add_argument("--decode-tokens", type=int, default=512)
    asked = parser.parse_args()
    tolerate_newer_libraries()
    if asked.measure == "train":
        tell(training(asked.work, asked.seconds, asked.batch_tokens))
    else:
        tell(decoding(asked.work, asked.beam, asked.decode_tokens))


def tolerate_newer_libraries() -> None:
    """Give back what joeynmt 2.3 expects of older libraries and what it may lack, without touching its files."""
    import sentencepiece

    if not hasattr(sentencepiece.SentencePieceProcessor, "SetVocabulary"):
        # It restricts the pieces to the vocabulary, which here has all of them.
        sentencepiece.SentencePieceProcessor.SetVocabulary = lambda pieces, tokens: True
    try:
        import torch.utils.tensorboard  # noqa: F401
    except ImportError:
        writer = type("SummaryWriter", (), {"__getattr__": lambda self, name: lambda *given, **named: None})
        stand_in = types.ModuleType("torch.utils.tensorboard")
        stand_in.SummaryWriter = lambda *given, **named: writer()
        sys.modules["torch.utils.tensorboard"] = stand_in


def training(work: Path, seconds: float, batch_tokens: int) -> dict[str, float]:
    """The rate of its own loop: from one batch to the next, with loading, update and logging in between."""
    from joeynmt import training as joeynmt_training
    from joeynmt.helpers import make_model_dir

    settings = configuration(work, batch_tokens=batch_tokens)
    make_model_dir(Path(settings["model_dir"]), overwrite=True)
    clock = SteadySteps(seconds)
    step = joeynmt_training.TrainManager._train_step
    done: list[tuple[int, int]] = []

    def clocked_step(manager, batch):
        # A step has ended when the next begins. An interrupt is how a user ends its training, too.
        if done and not clock.step(*done[-1]):
            raise KeyboardInterrupt
        done.append((batch.ntokens, batch.trg.numel()))
        return step(manager, batch)

    joeynmt_training.TrainManager._train_step = clocked_step
    joeynmt_training.train(rank=0, world_size=None, cfg=settings, skip_test=True)
    return {**clock.report(), "types": len((work / "vocabulary.txt").read_text("utf-8").splitlines())}


def decoding(work: Path, beam: int, decode_tokens: int) -> dict[str, float]:
    """Sentences a second from text to text, the model loaded, by its own `predict`."""
    import torch
    from joeynmt.config import parse_global_args
    from joeynmt.data import load_data
    from joeynmt.model import build_model
    from joeynmt.prediction import predict

    settings = configuration(work, beam=beam, decode_tokens=decode_tokens)
    Path(settings["model_dir"]).mkdir(exist_ok=True)
    arguments = parse_global_args(settings, rank=0, mode="train")
    source, target, _, warm_up, sentences = load_data(cfg=arguments.data, datasets=["dev", "test"])
    model = build_model(arguments.model, src_vocab=source, trg_vocab=target)
    give_weights(model, work, target)
    for dataset in (warm_up, sentences):
        # The weights come from a model whose sources have no end of sentence.
        dataset.sequence_encoder = {
            SOURCE: lambda tokens, bos, eos: source.sentences_to_ids(tokens, bos=False, eos=False),
            TARGET: target.sentences_to_ids,
        }
        begun = time.perf_counter()
        with torch.no_grad():
            _, _, translations, tokens, _, _ = predict(
                model, dataset, arguments.device, n_gpu=0, args=arguments.test, autocast=arguments.autocast
            )
        took = time.perf_counter() - begun
    (work / f"joeynmt-{beam}.txt").write_text("\n".join(translations) + "\n", encoding="utf-8")
    written = sum(len(each) for each in tokens)
    return {"rate": len(translations) / took, "length": written / len(translations), "peak_bytes": peak_bytes()}


def give_weights(model, work: Path, vocabulary) -> None:
    """Load weights under our canonical names into joeynmt's model, which then computes the same function.

    Both decoders thus have sentences of the same length to write.
    """
    import torch

    given = {name: torch.from_numpy(values) for name, values in np.load(work / "weights.npz").items()}
    numbers = {token: at for at, token in enumerate((work / "vocabulary.txt").read_text("utf-8").splitlines())}
    rows = torch.tensor([numbers[token] for token in vocabulary._itos])
    embedding = given.pop("embedding.weight")[rows]
    named = {their_name(name): values for name, values in given.items()}
    for name in ("src_embed.lut.weight", "trg_embed.lut.weight", "decoder.output_layer.weight"):
        named[name] = embedding
    missing, unknown = model.load_state_dict(named, strict=False)
    if unknown or any(not name.endswith(".pe.pe") for name in missing):
        raise SystemExit(f"the weights do not fit: missing {missing}, unknown {unknown}")
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.eps = 1e-5
    # Ours chooses among the types of the target side only; a bias keeps the others out of reach here.
    biased = torch.nn.Linear(D_MODEL, len(rows))
    biased.weight = model.trg_embed.lut.weight
    types = set((work / "target_types.txt").read_text("utf-8").splitlines())
    biased.bias.data = torch.tensor([0.0 if token in types else -1e9 for token in vocabulary._itos])
    model.decoder.output_layer = biased


def their_name(name: str) -> str:
    """The name in joeynmt of a weight of ours."""
    parts = name.split(".")
    if parts[0].endswith("_norm"):
        return f"{parts[0].removesuffix('_norm')}.layer_norm.{parts[-1]}"
    inside = {
        "attention": "src_src_att", "self_attention": "trg_trg_att", "cross_attention": "src_trg_att",
        "W_q": "q_layer", "W_k": "k_layer", "W_v": "v_layer", "W_o": "output_layer",
        "W_1": "feed_forward.pwff_layer.0", "W_2": "feed_forward.pwff_layer.3",
    }  # fmt: skip
    norms = {
        "encoder": {"norm_1": "layer_norm", "norm_2": "feed_forward.layer_norm"},
        "decoder": {"norm_1": "x_layer_norm", "norm_2": "dec_layer_norm", "norm_3": "feed_forward.layer_norm"},
    }[parts[0]]
    return ".".join([parts[0], "layers", parts[1], *({**inside, **norms}.get(part, part) for part in parts[2:])])


def configuration(
    work: Path, *, batch_tokens: int = 4096, beam: int = 1, decode_tokens: int = 512
) -> dict[str, object]:
    """What its configuration file would say: Transformer-Tiny, everything else as joeynmt has it."""
    side = {
        "max_length": -1,
        "lowercase": False,
        "normalize": False,
        "level": "bpe",
        "tokenizer_type": "sentencepiece",
        "tokenizer_cfg": {"model_file": str(work / "subwords.model")},
        "voc_file": str(work / "vocabulary.txt"),
    }
    stack = {
        "type": "transformer",
        "num_layers": LAYERS,
        "num_heads": HEADS,
        "embeddings": {"embedding_dim": D_MODEL, "scale": True, "dropout": DROPOUT},
        "hidden_size": D_MODEL,
        "ff_size": D_FF,
        "dropout": DROPOUT,
        "layer_norm": "pre",
    }
    return {
        "name": "transformer_tiny",
        "joeynmt_version": "2.3.0",
        "model_dir": str(work / "joeynmt"),
        "use_cuda": False,
        "fp16": False,
        "random_seed": 42,
        "data": {
            "train": str(work / "train"),
            "dev": str(work / "warm_up"),
            "test": str(work / "test"),
            "dataset_type": "plain",
            "src": {"lang": SOURCE, **side},
            "trg": {"lang": TARGET, **side},
            "special_symbols": dict(SPECIAL),
        },
        "model": {
            "initializer": "xavier_uniform",
            "embed_initializer": "xavier_uniform",
            "bias_initializer": "zeros",
            "tied_embeddings": True,
            "tied_softmax": True,
            "encoder": stack,
            "decoder": stack,
        },
        "training": {
            "optimizer": "adam",
            "adam_betas": [0.9, 0.98],
            "learning_rate": 1e-3,
            "scheduling": "warmupinversesquareroot",
            "learning_rate_warmup": 2000,
            "label_smoothing": 0.1,
            "normalization": "tokens",
            "batch_type": "token",
            "batch_size": batch_tokens,
            "shuffle": True,
            "epochs": 1_000_000,
            "validation_freq": 1_000_000,
            "logging_freq": 100,
        },
        "testing": {
            "beam_size": beam,
            "beam_alpha": 0.6,
            "batch_type": "token",
            "batch_size": decode_tokens,
            "eval_metrics": [],
        },
    }


if __name__ == "__main__":
    main()
