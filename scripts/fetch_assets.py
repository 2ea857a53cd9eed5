"""Fetch the front-end files named in `assets.lock.json` and make them ready to serve.

Each package comes through the npm client (so mirrors and proxies are the client's business), is
checked against its SHA-512 and unpacked file by file: only what the lock file lists. Fira Sans is
also written as TrueType, because typst (PDF) reads no WOFF2. Nothing is fetched while everything is
in place. The old folder is replaced only when the new one is complete.

    fetch_assets.py            the product's files, into govern/static/vendor/
    fetch_assets.py --tests    what only tests need, into .tests/vendor/

The programs that check pages and office files come with packages of their own: `tests/engines/package-lock.json` names
them all with their SHA-512, and npm installs exactly these without running any script of theirs.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TypedDict

from fontTools.ttLib import TTFont
from whitenoise.compress import Compressor

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "assets.lock.json"
PRODUCT_FOLDER = ROOT / "govern" / "static" / "vendor"
TESTS_FOLDER = ROOT / ".tests" / "vendor"
ENGINES = ROOT / "tests" / "engines"
ENGINES_FILES = ("package.json", "package-lock.json", ".npmrc")
ENGINES_FOLDER = "engines"
INSTALLED = "node_modules/.package-lock.json"
TTF_FOLDER = "fonts-ttf"
NPM_SECONDS = 300


class FetchError(Exception):
    """The files cannot be had or are not the pinned ones; the message says what to do."""


class Package(TypedDict, total=False):
    """One entry of the lock file."""

    version: str
    licence: str
    integrity: str
    folder: str
    only_for: str
    files: dict[str, str]


def main() -> int:
    """Bring one folder up to date; returns the exit status."""
    parser = argparse.ArgumentParser(description="Lädt die Oberflächen-Dateien aus assets.lock.json.")
    parser.add_argument("--tests", action="store_true", help="die Dateien, die nur die Tests brauchen")
    for_tests = parser.parse_args().tests
    folder = TESTS_FOLDER if for_tests else PRODUCT_FOLDER
    lock: dict[str, Package] = json.loads(LOCK.read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock.items() if (package.get("only_for") == "tests") == for_tests}
    made_from = [json.dumps(packages, sort_keys=True).encode(), Path(__file__).read_bytes()]
    if for_tests:
        made_from += [(ENGINES / name).read_bytes() for name in ENGINES_FILES]
    state = hashlib.sha256(b"".join(made_from)).hexdigest()
    manifest = folder / "manifest.json"
    if is_complete(manifest, state):
        os.utime(manifest)
        return 0
    try:
        replace(folder, packages, state, for_tests=for_tests)
    except FetchError as error:
        print(f"Oberflächen-Dateien: {error}", file=sys.stderr)
        return 1
    return 0


def is_complete(manifest: Path, state: str) -> bool:
    """Tell whether the folder was made from this lock file by this script and lacks no file."""
    try:
        known = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return known.get("state") == state and all((manifest.parent / name).is_file() for name in known["files"])


def replace(folder: Path, packages: dict[str, Package], state: str, *, for_tests: bool) -> None:
    """Build the folder anew beside the old one and put it in its place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    npm = find_npm()
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as staging:
        fresh = Path(staging) / "new"
        for name, package in packages.items():
            print(f"Oberflächen-Dateien: {name} {package['version']}")
            unpack(fetch(npm, name, package), name, package, fresh / package["folder"])
        if for_tests:
            install_engines(npm, fresh / ENGINES_FOLDER)
        else:
            convert_fonts(fresh)
            compress(fresh)
        write_manifest(fresh, state)
        if folder.exists():
            folder.rename(Path(staging) / "old")
        fresh.rename(folder)


def find_npm() -> str:
    """Return the npm client: the machine's own, else the one `make setup` put into .npm/."""
    npm = shutil.which("npm") or shutil.which("npm", path=str(ROOT / ".npm" / "bin"))
    if npm is None:
        raise FetchError("Kein npm gefunden. Bitte „make setup“ aufrufen; es bringt npm selbst mit.")
    return npm


def fetch(npm: str, name: str, package: Package) -> bytes:
    """Return the package's archive, exactly as pinned."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{name}@{package['version']}"
        run_npm([npm, "pack", wanted, "--ignore-scripts", "--silent"], Path(folder), wanted)
        archives = list(Path(folder).glob("*.tgz"))
        if len(archives) != 1:
            raise FetchError(f"npm konnte {wanted} nicht laden.")
        data = archives[0].read_bytes()
    algorithm, _, expected = package["integrity"].partition("-")
    if algorithm != "sha512" or base64.b64encode(hashlib.sha512(data).digest()).decode() != expected:
        raise FetchError(f"Die Prüfsumme von {name} {package['version']} stimmt nicht. Es wurde nichts ausgepackt.")
    return data


def run_npm(command: list[str], folder: Path, what: str) -> None:
    """Run the npm client in a folder."""
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=NPM_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"npm antwortet seit {NPM_SECONDS} Sekunden nicht ({what}).") from error
    if done.returncode:
        raise FetchError(f"npm konnte {what} nicht laden.\n{done.stderr.strip()}")


def install_engines(npm: str, target: Path) -> None:
    """Install the programs that check pages and files: every package of their lock file, compared with its SHA-512."""
    print("Oberflächen-Dateien: alfa, html-validate und die Prüfung der Word- und Excel-Dateien")
    target.mkdir(parents=True)
    for name in ENGINES_FILES:
        shutil.copy(ENGINES / name, target / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    run_npm(command, target, "alfa, html-validate und ooxml-validator")
    if not (target / INSTALLED).is_file():
        raise FetchError("npm hat die Prüfprogramme nicht vollständig geladen.")


def unpack(data: bytes, name: str, package: Package, target: Path) -> None:
    """Write the listed files of an archive, and no others."""
    wanted = dict(package["files"])
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:gz") as archive:
            for member in archive:
                destination = wanted.pop(member.name.removeprefix("package/"), None)
                content = archive.extractfile(member) if member.isfile() else None
                if destination is None or content is None:
                    continue
                path = target / destination
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())
    if wanted:
        raise FetchError(f"In {name} {package['version']} fehlen: {', '.join(sorted(wanted))}")


def convert_fonts(folder: Path) -> None:
    """Write every WOFF2 font once more without compression, for typst."""
    target = folder / TTF_FOLDER
    target.mkdir(parents=True)
    for path in sorted(folder.rglob("*.woff2")):
        font = TTFont(path, recalcTimestamp=False)
        font.flavor = None
        font.save(target / f"{path.stem}.ttf")


def compress(folder: Path) -> None:
    """Lay a .gz and a .br beside every file that gains by it; WhiteNoise serves them."""
    compressor = Compressor(extensions=[*Compressor.SKIP_COMPRESS_EXTENSIONS, "ttf"], quiet=True)
    for path in [path for path in folder.rglob("*") if path.is_file() and compressor.should_compress(path.name)]:
        compressor.compress(str(path))


def write_manifest(folder: Path, state: str) -> None:
    """Note what lies here, with the digests browsers check (subresource integrity)."""
    files = {
        path.relative_to(folder).as_posix(): "sha384-"
        + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".br", ".gz") and is_listed(path.relative_to(folder))
    }
    content = {"state": state, "files": files}
    (folder / "manifest.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def is_listed(path: Path) -> bool:
    """Of the thousands of files npm installed, its own list stands for all."""
    return "node_modules" not in path.parts or path.as_posix() == f"{ENGINES_FOLDER}/{INSTALLED}"


if __name__ == "__main__":
    raise SystemExit(main())
