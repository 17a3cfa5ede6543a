from typing import ClassVar, Literal

from ivr import blocks
from ivr.blocks import Action, Card, Fetch, Fetched, Leave, Outcome, Port, Sets, Stay, Template, Visit, Wait

HOLD = blocks.Hold(audio="hold.wav")


class Lookup(Action[Fetched]):
    """Look up a customer of Acme while the caller hears hold music."""

    card: ClassVar = Card(
        "Acme Lookup",
        group="Data",
        icon="globe",
        prefix="ACME",
        ports=(Port("found", "Found"), Port("failure", "On Failure")),
        sets=(Sets("name", "The customer's name", ports=("found",)),),
        summary="{customer}",
    )
    type: Literal["acme_lookup"] = "acme_lookup"

    customer: Template = Template("$ANI")
    """The number of the customer."""

    def stay(self) -> Stay:
        return blocks.job_stay(5, HOLD)

    def sends(self, path: str) -> bool:
        return path == "customer"

    def enter(self, visit: Visit) -> Outcome:
        address = Template(f"https://api.acme.test/customers/{self.customer.text}")
        return Wait(Fetch(method="GET", url=address.fill(visit, blocks.URL), timeout=5), hold=HOLD)

    def resume(self, visit: Visit, reply: Fetched) -> Outcome:
        found = reply.value if reply.status == 200 and isinstance(reply.value, dict) else {}
        return Leave("found", set={"name": found["name"]}) if "name" in found else Leave("failure")
