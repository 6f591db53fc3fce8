"""A coordinator whom the words of a case name is left out of it: who that is stands with the case."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """One step forward. Cases of before name nobody."""
    op.create_table(
        "case_named",
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_named_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_named_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_case_named")),
    )


def downgrade() -> None:
    """And back. Whom words name is known no more: those hear of it again."""
    op.drop_table("case_named")
