"""The stages of the checks: what each one runs, in which order, and how long it took.

All stages run even when an early one fails, so that one run shows everything. A stage is one command
of a tool; how strict the tools are stands in pyproject.toml.
"""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import environment

Command = tuple["str | Path", ...]


@dataclass(frozen=True)
class Stage:
    name: str
    command: Command


FIX = (
    Stage("repair", (environment.tool("ruff"), "check", "--fix", "--exit-zero", "--quiet", ".")),
    Stage("reformat", (environment.tool("ruff"), "format", ".")),
)

LINT = (
    Stage("ruff", (environment.tool("ruff"), "check", ".")),
    Stage("format", (environment.tool("ruff"), "format", "--check", "--output-format", "concise", ".")),
    Stage("types", (environment.python(), "-m", "mypy", "main.py", "app", "ui")),
    Stage("types of packaging", (environment.python(), "-m", "mypy", "packaging/dev.py")),
    Stage("imports", (environment.tool("lint-imports"), "--no-logo")),
)


def tests(arguments: list[str]) -> Stage:
    """pytest on all cores; its exit code 5, no test ran, counts as failed like any other."""
    return Stage("tests", (environment.python(), "-m", "pytest", "-q", "-n", str(cores()), *arguments))


def cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(*stages: Stage) -> int:
    failed = [stage.name for stage in stages if not passes(stage)]
    if failed:
        print(f"\nFailed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def passes(stage: Stage) -> bool:
    print(f"\n== {stage.name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(stage.command, cwd=environment.ROOT, env=quiet_environment(), check=False).returncode
    print(f"== {stage.name}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - started:.1f} s", flush=True)
    return code == 0


def quiet_environment() -> dict[str, str]:
    """No window opens while the tests run, whoever runs them."""
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
