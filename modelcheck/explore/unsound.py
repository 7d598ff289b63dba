"""Whether a model has liveness properties, and what would make the answer about them unreliable.

Apart from `fair.py`, because every check asks this, and few go on to the liveness check itself.
"""

from __future__ import annotations

from modelcheck.errors import TlaError
from modelcheck.module.model import Model


def has_liveness(model: Model) -> bool:
    """Whether some property speaks of what happens eventually."""
    return any(prop.liveness for prop in model.properties)


def refuse_unsound(model: Model) -> None:
    """Raise U003 if liveness is asked for together with what makes its answer unreliable."""
    reasons = unsound_reasons(model)
    if reasons and has_liveness(model):
        prop = next(p for p in model.properties if p.liveness)
        text = f"liveness property {prop.name} is to be checked under {' and '.join(reasons)}"
        raise TlaError("U003", text, prop.span)


def unsound_reasons(model: Model) -> list[str]:
    """The entries of the cfg under which a liveness answer may be wrong."""
    entries = (
        ("SYMMETRY", model.symmetry),
        ("VIEW", model.view),
        ("CONSTRAINT", model.constraints),
        ("ACTION_CONSTRAINT", model.action_constraints),
    )
    return [name for name, value in entries if value]
