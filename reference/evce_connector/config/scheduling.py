"""The tables of processor configurations and schedules: which processor runs when, and who may start and stop it."""

from __future__ import annotations

from pydantic import Field

from evce_connector.config.section import Section


class ProcessorConfiguration(Section):
    """A processor configuration (guide, section 4.2): a processor under a name, and the options of its Control tab."""

    name: str = Field(min_length=1, max_length=100, description="Name, by which pages and logs tell it from others")
    class_name: str = Field(min_length=1, description="Class, e.g. EvceSetupProcessor")
    description: str = Field("", max_length=1000, description="Description")
    is_active: bool = Field(default=True, description="Whether it runs at all")
    runs_on_start: bool = Field(default=True, description="Whether it starts with the connector")
    manually_startable: bool = Field(default=True, description="Whether a user may start it")
    manually_stoppable: bool = Field(default=True, description="Whether a user may stop it")
    runs_on_schedule: bool = Field(default=False, description="Whether it starts by its schedule")
    schedule: str = Field("", description="Description of its schedule; empty: None Selected")
    time_limit_minutes: float = Field(
        60, gt=0, le=10080, description="Time after which a run is stopped, min; one of a long-running class never is"
    )
