"""The order in which a project meets its forms: the stages of its life (spec SM11), and their names."""

from collections.abc import Iterable, Mapping

from sheetsync.forms.spec import Form, Stage
from sheetsync.text import Text

STAGES: Mapping[Stage | None, Text] = {
    "initiation": Text("立项", "Charter"),
    "kickoff": Text("启动与计划", "Kick-off and plan"),
    "execution": Text("执行与跟踪", "Execution"),
    "meetings": Text("会议与决议", "Meetings"),
    "issues": Text("问题与风险", "Issues and risks"),
    "changes": Text("变更", "Changes"),
    "acceptance": Text("验收", "Acceptance"),
    "retro": Text("复盘", "Retrospective"),
    None: Text("其他", "Others"),
    "support": Text("基础资料", "Support"),
}
"""The stages in their order; None are forms that name none, such as a project's own."""

_ORDER = {stage: number for number, stage in enumerate(STAGES)}


def stage_of(form: Form) -> Stage | None:
    """Return the stage at which a form is filled, None where it does not say."""
    if form.life is not None:
        return form.life.stage
    return "support" if form.is_support else None


def in_order_of_life(forms: Iterable[Form]) -> tuple[Form, ...]:
    """Return forms in the order in which a project meets them, support sheets last."""
    return tuple(
        sorted(
            forms,
            key=lambda form: (
                _ORDER[stage_of(form)],
                form.life.order if form.life is not None else 0,
                form.is_support,
                form.code,
            ),
        )
    )
