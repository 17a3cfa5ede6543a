"""Which flow answers a number, and why none does."""

from ivr.runtime.ports import Flows


class UnknownNumber(LookupError):
    """No flow answers a number. `flow`: the one that it is assigned to, when that has never been published."""

    def __init__(self, number: str, flow: str | None = None) -> None:
        super().__init__(number)
        self.flow = flow

    def why(self, deed: str) -> str:
        """For the log. `deed`: what was done to the number, such as “called”."""
        number = repr(str(self)[:40])
        if self.flow is None:
            return f"no flow is assigned to the number that was {deed}: {number}"
        return (
            f"the number that was {deed} is assigned to {self.flow}, which has never been published "
            f"(ivr flow publish {self.flow}): {number}"
        )


async def flow_of(flows: Flows, number: str) -> tuple[str, int]:
    """Id and live revision of the flow that answers a number. Raises UnknownNumber."""
    found = await flows.of_number(number)
    if found is None:
        raise UnknownNumber(number, await flows.unpublished(number))
    return found
