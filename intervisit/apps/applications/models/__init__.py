"""What schools write and what the program decides. Parts: application, writing (texts before, who writes, changes
asked for), files, checks (a person's word on a rule), late (one school more time), exports, decisions."""

from intervisit.apps.applications.models.application import Application, Wishes
from intervisit.apps.applications.models.checks import RuleWord
from intervisit.apps.applications.models.decisions import (
    Appeal,
    Letter,
    LetterTemplate,
    PendingDecision,
    WaitingPlace,
)
from intervisit.apps.applications.models.exports import FullExport, FullExportPart
from intervisit.apps.applications.models.files import Attachment, AttachmentContent
from intervisit.apps.applications.models.late import LateAllowed
from intervisit.apps.applications.models.sharing import Share
from intervisit.apps.applications.models.writing import AnswerText, ChangeAsked, WritingFor

__all__ = [
    "AnswerText", "Appeal", "Application", "Attachment", "AttachmentContent", "ChangeAsked", "FullExport",
    "FullExportPart", "LateAllowed", "Letter", "LetterTemplate", "PendingDecision", "RuleWord", "Share",
    "WaitingPlace", "Wishes", "WritingFor",
]  # fmt: skip
