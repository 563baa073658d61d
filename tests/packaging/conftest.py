"""attnlab as a stranger gets it: built, installed into a fresh environment, and run far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """A fresh environment that has the wheel; the libraries it needs are lent by the environment of these tests."""

    folder: Path

    @property
    def package(self) -> Path:
        return next(self.folder.glob("lib*/**/site-packages/attnlab"))

    def run(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        ours = ("ATTNLAB", "PYTHON", "VIRTUAL_ENV", "COVERAGE")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return subprocess.run(
            [self.folder / "bin" / "attnlab", *arguments],
            cwd=folder,
            env={**environment, "COLUMNS": "100"},
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
        )


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, request) -> Path:
    """One folder for all test processes of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@pytest.fixture(scope="session")
def wheel(shared_folder) -> Path:
    """The wheel, built from the source distribution, and that from the checkout."""
    folder = shared_folder / "dist"
    with FileLock(shared_folder / "dist.lock"):
        if not folder.exists():
            build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
            subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel, shared_folder) -> Installed:
    folder = shared_folder / "installed"
    with FileLock(shared_folder / "installed.lock"):
        if not folder.exists():
            venv.create(folder, symlinks=True, with_pip=False)
            install = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
            subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
            # A path in a .pth file is not searched for further .pth files: the checkout stays out of reach.
            site_packages = next(folder.glob("lib*/**/site-packages"))
            lent = sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"]
            (site_packages / "lent.pth").write_text("\n".join(dict.fromkeys(lent)), encoding="utf-8")
    return Installed(folder)


@pytest.fixture
def workspace(installed, tmp_path) -> Path:
    made = installed.run("init", "work", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    return tmp_path / "work"
