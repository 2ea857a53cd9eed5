"""Write the licence notices of everything that is installed and delivered with Govern, into one text file.

    notices.py TARGET

The packages come from requirements.txt as installed, the front-end files from assets.lock.json.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import Distribution, PackageMetadata, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "govern" / "static" / "vendor"
LICENSES = ROOT / "LICENSES"
LICENCE_FILE = re.compile(r"(^|[/.])(licen[cs]es?|copying|notice)([^/]*)$", re.IGNORECASE)
RULE = "=" * 100

# Wheels that name their licence but do not carry its text.
TEXT_KEPT_HERE = {"docxtpl": "LGPL-2.1-only.txt"}

INTRODUCTION = """Lizenzhinweise

Govern steht unter der European Union Public Licence 1.2 (EUPL-1.2), siehe LICENSE.
Die folgenden Bestandteile anderer werden mit Govern eingerichtet und ausgeliefert. Sie bleiben unverändert;
jeder steht unter seiner eigenen Lizenz, deren Text jeweils folgt.
"""

FIRA_SANS = """Fira Sans (Schrift), Version 4.106
Lizenz: SIL Open Font License 1.1 (OFL-1.1)

Die Schrift kommt mit @kern-ux/native als WOFF2. Für PDF-Dateien schreibt die Einrichtung dieselben Schnitte
ohne Kompression als TrueType; an Zeichen und Namen ändert sie nichts.
"""


def main(target: Path) -> None:
    """Collect all notices and write them to ``target``."""
    parts = [INTRODUCTION, *asset_notices(), FIRA_SANS + "\n" + licence_text("OFL-1.1.txt"), *package_notices()]
    content = f"\n{RULE}\n\n".join(part.strip() + "\n" for part in parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, encoding="utf-8")


def asset_notices() -> list[str]:
    """Return one notice for each delivered package of front-end files."""
    lock = json.loads((ROOT / "assets.lock.json").read_text(encoding="utf-8"))
    notices = []
    for name, package in lock.items():
        if package.get("only_for") == "tests":
            continue
        texts = [
            (VENDOR / package["folder"] / file).read_text(encoding="utf-8")
            for file in package["files"].values()
            if LICENCE_FILE.search(file)
        ]
        notices.append(f"{name} {package['version']}\nLizenz: {package['licence']}\n\n" + "\n".join(texts))
    return notices


def package_notices() -> list[str]:
    """Return one notice for each installed package of requirements.txt."""
    names = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M)
    notices = []
    for name in names:
        try:
            package = distribution(name)
        except PackageNotFoundError:  # only for another system
            continue
        notices.append(package_notice(name, package))
    return notices


def package_notice(name: str, package: Distribution) -> str:
    """Return name, version, licence and licence texts of one installed package."""
    texts = [
        Path(str(package.locate_file(file))).read_text(encoding="utf-8", errors="replace")
        for file in package.files or ()
        if ".dist-info" in str(file) and LICENCE_FILE.search(str(file))
    ]
    if not texts and name in TEXT_KEPT_HERE:
        texts = [licence_text(TEXT_KEPT_HERE[name])]
    if not texts:
        print(f"Lizenztext fehlt: {name}. Bitte unter LICENSES/ ablegen und hier nennen.", file=sys.stderr)
    return f"{name} {package.version}\nLizenz: {licence_name(package.metadata)}\n\n" + "\n\n".join(texts)


def licence_name(metadata: PackageMetadata) -> str:
    """Return the licence as the package states it."""
    for line in metadata.get_all("License-Expression", []) + metadata.get_all("License", []):
        if "\n" not in line.strip() and len(line) < 100:
            return str(line).strip()
    classifiers = [value for value in metadata.get_all("Classifier", []) if value.startswith("License :: ")]
    return ", ".join(value.rpartition(" :: ")[2] for value in classifiers) or "siehe Text"


def licence_text(name: str) -> str:
    """Return a licence text kept in this repository."""
    return (LICENSES / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
