"""The command that writes out files for running the server."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from ivr.cli.saying import say

KINDS = ("docker", "compose", "systemd", "caddy", "nginx", "kubernetes", "prometheus", "grafana")


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def deploy(kind: str, folder: Path, force: bool) -> None:
    """Write the files for running the server with docker, compose, systemd, caddy, nginx, kubernetes, prometheus or
    grafana into DIR.

    They begin with what has to be changed in them. A file that is there is left alone unless --force is given.
    """
    made = [(source, folder / source.name) for source in sorted(_files(kind), key=lambda each: each.name)]
    there = [str(target) for _, target in made if target.exists()]
    if there and not force:
        raise click.ClickException(f"{', '.join(there)} would be overwritten: choose another folder, or add --force.")
    folder.mkdir(parents=True, exist_ok=True)
    for source, target in made:
        target.write_text(source.read_text("utf-8"), "utf-8")
        say(f"Wrote {target}.")


def _files(kind: str) -> list[Traversable]:
    return [each for each in (files("ivr.deploy") / kind).iterdir() if each.is_file()]
