Feature: The hour changes, a day, a month ends
  Samples stand in UTC at boundaries of 15 minutes: none twice, and none left out, whatever the site's clocks on the wall
  show. The days of other lengths are those of Paris.

  Background:
    Given a charge controller with the site "guide"

  @P-3 @P-4
  Scenario Outline: In time comes <case>
    Given it is <instant>
    And the connector runs
    When <minutes> minutes pass
    Then <case> is noticed within <notice> s: <seen>
    And <case> is over within <recover> s: <over>

    Examples:
      # rows: boundaries of the calendar
      | case                                    | instant              | minutes | seen                                           | over                                           | notice | recover |
      | the sample of the hour that is left out | 2026-03-29T00:56:00Z | 4       | the last sample of "EVCE Zones/Z1" is of 01:00 | the last sample of "EVCE Zones/Z1" is of 01:15 | 15     | 915     |
      | the sample of the hour that comes twice | 2026-10-25T00:56:00Z | 4       | the last sample of "EVCE Zones/Z1" is of 01:00 | the last sample of "EVCE Zones/Z1" is of 01:15 | 15     | 915     |
      | the sample of midnight                  | 2026-03-10T23:56:00Z | 4       | the last sample of "EVCE Zones/Z1" is of 00:00 | the last sample of "EVCE Zones/Z1" is of 00:15 | 15     | 915     |
      | the sample of the end of the month      | 2026-03-31T23:56:00Z | 4       | the last sample of "EVCE Zones/Z1" is of 00:00 | the last sample of "EVCE Zones/Z1" is of 00:15 | 15     | 915     |
      # end of rows

  @P-3 @P-4
  Scenario Outline: No quarter of an hour is lacking of <case>
    Given it is <start>
    And the connector runs
    When <samples> quarter-hours pass, and the connector sleeps in between
    Then <case> is noticed within <notice> s: <seen>
    And the log of "EVCE Zones/Z1" has <samples> samples from <from> on, a quarter of an hour apart
    And <case> is over within <recover> s: <over>

    Examples:
      # rows: days of other lengths
      | case              | start                | from                      | samples | seen                                           | over                                           | notice | recover |
      | a day of 23 hours | 2026-03-28T22:45:00Z | 2026-03-29T00:00:00+01:00 | 92      | the last sample of "EVCE Zones/Z1" is of 21:45 | the last sample of "EVCE Zones/Z1" is of 22:00 | 15     | 915     |
      | a day of 25 hours | 2026-10-24T21:45:00Z | 2026-10-25T00:00:00+02:00 | 100     | the last sample of "EVCE Zones/Z1" is of 22:45 | the last sample of "EVCE Zones/Z1" is of 23:00 | 15     | 915     |
      # end of rows
