"""Alerts on the command line."""

import json
from collections.abc import Sequence

import click
import msgspec

from ivr.app import alert_rules
from ivr.cli.moments import minute
from ivr.cli.saying import say, say_json
from ivr.cli.work import with_store
from ivr.operation.alerts.judging import Level
from ivr.operation.alerts.watch import Alert, Alerts
from ivr.runtime.clock import WallClock
from ivr.settings import load
from ivr.store import Store


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
def alerts(as_json: bool) -> None:
    """Show each alert and service level of IVR_ALERTS, and how it stands now. Nothing is told to anyone.

    Any alert that holds ends the command with exit code 1. It says, too, what is wrong in the file.
    """
    rules = alert_rules(load())

    async def found(store: Store) -> tuple[Sequence[Alert], Sequence[Level]]:
        watch = Alerts(rules, store.alerts, store.starts, WallClock())
        return await watch.all(), await watch.levels()

    shown, levels = with_store(found)
    if as_json:
        told = [{"name": each.rule.name, "when": each.rule.when, **_builtins(each)} for each in shown]
        whole = {"alerts": told, "service_levels": [msgspec.to_builtins(each) for each in levels]}
        say_json(json.dumps(whole, indent=2, ensure_ascii=False))
    else:
        for line in [*map(_alert, shown), *map(_level, levels)]:
            say(line)
        if not shown and not levels:
            say("There are no alerts: the setting IVR_ALERTS names a file with them.")
    if any(each.verdict.holds for each in shown):
        raise click.exceptions.Exit(1)


def _builtins(alert: Alert) -> dict[str, bool | str | int]:
    verdict, standing = alert.verdict, alert.standing
    return {"holds": verdict.holds, "says": verdict.says, "since": standing.since, "told_at": standing.told_at}


def _alert(alert: Alert) -> str:
    mark = "ALERT" if alert.verdict.holds else "ok   "
    since = f" Since {minute(alert.standing.since)}." if alert.standing.since else ""
    return f"{mark}  {alert.rule.name}: {alert.verdict.says}{since}"


def _level(level: Level) -> str:
    mark = "MISSED" if level.burn > 1 else "kept  "
    where = f"{level.flow or 'all flows'}{f', block {level.block}' if level.block else ''}"
    return (
        f"{mark} {where}: {level.kept:.2%} of {level.web_calls} web calls succeeded within {level.seconds:g} s "
        f"in {level.days:g} days; {level.share:.2%} should. {level.burn:.0%} of what may go wrong has."
    )
