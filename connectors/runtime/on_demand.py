"""Twins are loaded by the processes that have one: beside a live partner their libraries would only cost memory."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from connectors.runtime.ports import Simulator, SimulatorContext


def simulator_in(module: str) -> Callable[[Any, SimulatorContext], Simulator]:
    """A manifest's `simulator`: the function `build` of a module that is imported when it is first called."""

    def build(settings: Any, context: SimulatorContext) -> Simulator:
        twin: Simulator = import_module(module).build(settings, context)
        return twin

    return build
