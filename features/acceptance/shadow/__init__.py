"""Shadow mode: two EWS endpoints side by side for hours, as the vendor's connector and ours; see `Shadow`."""

from features.acceptance.shadow.differences import Difference
from features.acceptance.shadow.report import ShadowReport
from features.acceptance.shadow.shadow import Progress, Shadow

__all__ = ["Difference", "Progress", "Shadow", "ShadowReport"]
