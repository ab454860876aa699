import csv
from pathlib import Path

from evaluations.models import SurveyQuestion

QUESTIONS = Path(__file__).parent / "data" / "survey_questions.csv"


def load_survey_questions():
    """The starting questions of the masses' survey; what staff have changed since stays. Returns how many were new."""
    created = 0
    with QUESTIONS.open(encoding="utf-8") as lines:
        for position, row in enumerate(csv.DictReader(lines), start=1):
            _question, is_new = SurveyQuestion.objects.get_or_create(
                code=row["code"],
                defaults={"kind": row["kind"], "text": row["text"], "position": position},
            )
            created += is_new
    return created
