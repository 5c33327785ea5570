"""The signing app on a person's phone."""

from hub.demo.world import World


async def in_the_app(world: World, what: str, **given: str) -> None:
    """What the person does (`confirm`, `decline`) as soon as the request is there; `account` if it is not the only one."""

    async def tried() -> bool:
        answer = await world.hub.post(f"/_partners/signing/_sim/act/{what}", json=given)
        return answer.is_success

    await world.until(f"the app: {what} {given}", tried, bool)
