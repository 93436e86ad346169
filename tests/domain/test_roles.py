"""The table of roles, as the design has it."""

from __future__ import annotations

import pytest

from app.domain.roles import MAY, Member, Role, may, roles_of

TABLE = {
    "worker": {"see", "decide", "note", "take", "rule_own", "print_own"},
    "lead": {
        "see", "decide", "note", "take", "rule_own", "print_own", "rule", "import", "assign", "settings", "export",
        "sign_off", "activity", "unveil",
    },
    "admin": {"people", "backup", "policy"},
    "auditor": {"activity"},
}  # fmt: skip


@pytest.mark.parametrize("role", TABLE)
def test_every_role_may_exactly_what_the_table_says(role: str) -> None:
    assert {verb for verb in MAY if may([role], verb)} == TABLE[role]


def test_roles_add_up_and_leaving_ends_them() -> None:
    both = Member("m", "山田", roles_of(["admin", "lead"]))
    assert both.may("people")
    assert both.may("import")
    assert not Member("m", "山田", frozenset(Role), active=False).may("see")
    with pytest.raises(ValueError):
        roles_of(["owner"])
