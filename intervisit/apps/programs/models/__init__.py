"""The tables of programs. Parts: `programs` designs as taken, and programs; `agreements` what is promised."""

from intervisit.apps.programs.models.agreements import Acceptance, Agreement
from intervisit.apps.programs.models.programs import DesignVersion, Program

__all__ = ["Acceptance", "Agreement", "DesignVersion", "Program"]
