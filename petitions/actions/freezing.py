"""A matter whose person asked us to stop processing her data is frozen: it may be closed, and nothing else."""

from accounts.errors import Conflict

STILL_OPEN = frozenset({"archive", "withdraw", "resume"})


def check_not_frozen(petition, move):
    if petition.stop_processing_at and move.verb not in STILL_OPEN:
        raise Conflict(
            f"反映人已要求停止处理个人信息，不能做「{move.label}」，只能归档或撤回。"
            "本人改变主意的，请组工干部在「个人信息请求」里办理恢复。",
            code="processing-stopped",
        )


def is_frozen_for(petition, verb):
    return petition.stop_processing_at is not None and verb not in STILL_OPEN
