Feature: The charge controller answers in part, or wrongly
  What is no answer changes nothing; of a whole answer only what cannot be read is Uncertain.

  @O-2 @O-11 @D-5
  Scenario Outline: Nothing is believed of <case>
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller has the fault <fault>
    Then <case> is noticed within <notice> s: <seen>
    When the charge controller has no fault
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: answers that are not whole
      | case                            | fault          | seen                                       | over                                       | notice | recover |
      | an answer that breaks off       | truncated-json | every live value is Uncertain              | every live value is Good                   | 45     | 30      |
      | a whole answer that is not JSON | short-json     | every live value is Offline                | every live value is Good                   | 60     | 30      |
      | a login page with status 200    | html           | the alarm "EVCE-Interface_Alarm" is Active | the alarm "EVCE-Interface_Alarm" is Normal | 60     | 60      |
      # end of rows

  @O-2 @D-5
  Scenario Outline: Nobody else suffers from <case>
    Given a charge controller with the site "campus"
    And the connector runs
    When the charge controller has the fault <fault>
    Then <case> is noticed within <notice> s: <seen>
    And every live data point of the first connector is <state>, and of the last connector Good
    And the alarm "EVCE-Interface_Alarm" is Normal
    When the charge controller has no fault
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: connectors that cannot be read
      | case                                     | fault           | state     | seen                                                                         | over                                                                    | notice | recover |
      | a connector of other types               | wrong-types     | Uncertain | every live value of "EVCE Zones/Parking Nord/PN-01/Connector-1" is Uncertain | every live value of "EVCE Zones/Parking Nord/PN-01/Connector-1" is Good | 15     | 30      |
      | a connector without values               | null-values     | Uncertain | every live value of "EVCE Zones/Parking Nord/PN-01/Connector-1" is Uncertain | every live value of "EVCE Zones/Parking Nord/PN-01/Connector-1" is Good | 15     | 30      |
      | a connector that is left out of its list | missing-objects | Offline   | every live value of "EVCE Zones/Parking Nord/PN-01/Connector-1" is Offline   | every live value of "EVCE Zones/Parking Nord/PN-01/Connector-1" is Good | 15     | 30      |
      # end of rows

  @O-2 @D-2
  Scenario Outline: Building Operation reads <case> as it is
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller has the fault <fault>
    Then <case> is noticed within <notice> s: <seen>
    And "EVCE Interface" shows
      | Name        | Value |
      | FailedPolls | 0     |
    When the charge controller has no fault
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: words that nobody knows
      | case                       | fault         | seen                                                          | over                                                       | notice | recover |
      | a status that nobody knows | unknown-words | "EVCE Zones/Z1/EVSimu1" shows "StationStatus" as somethingNew | "EVCE Zones/Z1/EVSimu1" shows "StationStatus" as available | 15     | 30      |
      # end of rows

  @O-2 @D-2 @D-5
  Scenario Outline: Nothing is applied of <case>
    Given a charge controller with the site "guide"
    And the connector runs
    When the maximum current of zone "Z1" becomes 80
    And the charge controller has the fault <fault> in its list of connectors
    Then <case> is noticed within <notice> s: <seen>
    And "EVCE Zones/Z1" shows
      | Name              | Value |
      | ZoneMaxCurrent(A) | 100 A |
    When the charge controller has no fault
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: polls that break off half-way
      | case                                    | fault      | seen                                                                                                   | over                                              | notice | recover |
      | a poll of which the last list is broken | short-json | "EVCE Interface" shows "EvceState" as The charge controller gives an unusable answer at /connectors... | "EVCE Zones/Z1" shows "ZoneMaxCurrent(A)" as 80 A | 15     | 30      |
      # end of rows
