"""Shadow mode: two EWS endpoints side by side for hours, as the vendor's connector and ours; see `Shadow`."""

from evce_acceptance.shadow.differences import Difference
from evce_acceptance.shadow.report import ShadowReport
from evce_acceptance.shadow.shadow import Progress, Shadow

__all__ = ["Difference", "Progress", "Shadow", "ShadowReport"]
