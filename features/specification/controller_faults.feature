Feature: Faults of the charge controller
  What the connector shows, and how soon, when a fault hits every call. Times are in polls, by the catalogue of faults.
  Each fault is proven to have been met by the journal of the charge controller.

  @O-2 @D-5 @P-2
  Scenario Outline: <fault> is noticed within <notice> polls and over within <recover>
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller has the fault <fault>
    And <notice> polls and one time-out pass
    Then the connector has met the fault <fault>
    And every live data point of connectors is <state>
    And the alarm "<alarm>" is Active
    When the charge controller has no fault
    And <recover> polls and one time-out pass
    Then every live data point of connectors is Good
    And the alarm "<alarm>" is Normal

    Examples:
      # rows: faults that fail every poll
      | fault             | state   | alarm                | notice | recover |
      | refused           | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | reset             | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | empty-reply       | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | lost-reply        | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | truncated-json    | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | short-json        | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | html              | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | empty-list        | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | rotated-password  | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | unauthorized      | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | forbidden         | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | redirect          | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | not-found         | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | conflict          | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | unprocessable     | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | too-many-requests | Offline | EVCE-Interface_Alarm | 4      | 4       |
      | server-error      | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | unavailable       | Offline | EVCE-Interface_Alarm | 4      | 2       |
      | huge-error        | Offline | EVCE-Interface_Alarm | 4      | 2       |
      # end of rows

  @O-2 @D-5 @P-2
  Scenario Outline: <fault> is none that a poll fails for
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller has the fault <fault>
    And 8 polls and one time-out pass
    Then the connector has met the fault <fault>
    And every live data point of connectors but their average current, which hangs on a word, is Good
    And the alarm "EVCE-Interface_Alarm" is Normal

    Examples:
      # rows: faults that no poll fails for
      | fault           |
      | unknown-words   |
      | odd-version     |
      | meter-reset     |
      | slow            |
      | slow-log-normal |
      | dribbled        |
      # end of rows

  @O-2 @D-5 @P-2
  Scenario Outline: <fault> spoils one object of each list, and no other
    Given a charge controller with the site "campus"
    And the connector runs
    When the charge controller has the fault <fault>
    And <notice> polls and one time-out pass
    Then the connector has met the fault <fault>
    And every live data point of the first connector is <state>, and of the last connector Good
    And the alarm "EVCE-Interface_Alarm" is Normal
    When the charge controller has no fault
    And <recover> polls and one time-out pass
    Then every live data point of the first connector is Good, and of the last connector Good

    Examples:
      # rows: faults that spoil an object
      | fault           | state     | notice | recover |
      | wrong-types     | Uncertain | 1      | 2       |
      | null-values     | Uncertain | 1      | 2       |
      | missing-fields  | Uncertain | 1      | 2       |
      | missing-objects | Offline   | 1      | 2       |
      # end of rows

  @O-2 @D-5 @P-1
  Scenario Outline: A set-up that meets <fault> says so, and the next one succeeds
    Given a charge controller with the site "guide"
    And the charge controller has the fault <fault>
    When the connector serves Building Operation and no processor runs
    And the set-up processor runs
    Then the connector has met the fault <fault>
    And the set-up processor says "The charge controller"
    And the folder "EVCE Zones" holds no folders
    When the charge controller has no fault
    And the set-up processor runs
    Then the set-up processor says nothing
    And the folder "EVCE Zones/Z1" holds the folders
      | EVSimu1                |
      | OverallConsumptionLogs |

    Examples:
      # rows: faults that fail a set-up
      | fault             |
      | refused           |
      | reset             |
      | empty-reply       |
      | lost-reply        |
      | truncated-json    |
      | short-json        |
      | html              |
      | rotated-password  |
      | unauthorized      |
      | forbidden         |
      | redirect          |
      | not-found         |
      | conflict          |
      | unprocessable     |
      | too-many-requests |
      | server-error      |
      | unavailable       |
      | huge-error        |
      # end of rows

  @O-2 @P-1
  Scenario: A charge controller that has nothing yet is set up as it is, and again when it has
    Given a charge controller with the site "guide"
    And the charge controller has the fault empty-list
    When the connector serves Building Operation and no processor runs
    And the set-up processor runs
    Then the connector has met the fault empty-list
    And the folder "EVCE Zones" holds no folders
    When the charge controller has no fault
    And the set-up processor runs
    Then the folder "EVCE Zones" holds the folders
      | Z1 |
      | Z2 |
      | Z3 |

  @O-2 @D-5 @P-1
  Scenario Outline: A set-up that meets <fault> sets up the whole site
    Given a charge controller with the site "guide"
    And the charge controller has the fault <fault>
    When the connector starts
    And 30 seconds pass
    Then the connector has met the fault <fault>
    And every live data point of connectors but their average current, which hangs on a word, is Good
    And the alarm "EVCE-Interface_Alarm" is Normal

    Examples:
      # rows: faults that no poll fails for
      | fault           |
      | unknown-words   |
      | odd-version     |
      | meter-reset     |
      | slow            |
      | slow-log-normal |
      | dribbled        |
      # end of rows

  @O-2 @D-5 @P-1
  Scenario Outline: A set-up that meets <fault> sets up all other objects
    Given a charge controller with the site "campus"
    And the charge controller has the fault <fault>
    When the connector starts
    Then the connector has met the fault <fault>
    And every live data point of the last connector is Good
    When the charge controller has no fault
    And the set-up processor runs
    And the connector polls once more
    Then every live data point of the first connector is Good, and of the last connector Good

    Examples:
      # rows: faults that spoil an object at set-up
      | fault           |
      | wrong-types     |
      | null-values     |
      | missing-fields  |
      | missing-objects |
      # end of rows

  @O-2 @D-2 @D-5
  Scenario Outline: <fault> of the <field> of one connector leaves its last value Uncertain
    Given a charge controller with the site "campus"
    And the connector runs
    When the charge controller has the fault <fault> in the <field> of connector "PN-01/1"
    And the connector polls once more
    Then the connector has met the fault <fault>
    And "EVCE Zones/Parking Nord/PN-01/Connector-1" shows
      | Name    | Value               |
      | <point> | <shown> [Uncertain] |
    And every live data point of the last connector is Good
    And the alarm "EVCE-Interface_Alarm" is Normal
    When the charge controller has no fault
    And the connector polls once more
    Then every live data point of the first connector is Good, and of the last connector Good

    Examples:
      | fault         | field             | point                             | shown       |
      | null-field    | active power      | ConnectorOverallActivePowerTotal  | 4.42 kW     |
      | text-field    | active power      | ConnectorOverallActivePower2      | 1.47 kW     |
      | missing-field | active power      | ConnectorOverallActivePower3      | 1.47 kW     |
      | null-field    | rms current       | ConnectorOverallRmsCurrentAverage | 6.40 A      |
      | text-field    | active energy     | ConnectorActiveEnergy             | 5862.80 kWh |
      | missing-field | set point current | ConnectorSetPointCurrent          | 32 A        |
      | null-field    | set point power   | ConnectorSetPointPower            | 22 kW       |
      | null-field    | status            | ConnectorState_Charging           | True        |
      | missing-field | status            | ConnectorState_Charging           | True        |

  @O-2 @D-5 @P-1
  Scenario Outline: <fault> of the <field> of one connector at set-up leaves all others Good
    Given a charge controller with the site "campus"
    And the charge controller has the fault <fault> in the <field> of connector "PN-01/1"
    When the connector starts
    Then the connector has met the fault <fault>
    And every live data point of the last connector is Good
    When the charge controller has no fault
    And the set-up processor runs
    And the connector polls once more
    Then every live data point of the first connector is Good, and of the last connector Good

    Examples:
      | fault         | field         |
      | null-field    | active power  |
      | text-field    | active energy |
      | missing-field | status        |
      | null-field    | availability  |

  @D-2
  Scenario: A meter that begins at 0 again is shown as it reads
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller has the fault meter-reset
    And the connector polls once more
    Then every connector shows "ConnectorActiveEnergy" as 0.00 kWh

  @D-2 @D-5
  Scenario: A meter that went on while its station was lost is Good with the first poll that finds it
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller has the fault meter-jump
    And the connector polls once more
    Then every live data point of connectors is Offline
    And every connector shows "ConnectorActiveEnergy" as 12.50 kWh [Offline]
    When the charge controller has no fault
    And the connector polls once more
    Then every live data point of connectors is Good
    And every connector shows "ConnectorActiveEnergy" as 20.00 kWh

  @O-2 @D-5
  Scenario: A connection that is to be kept and is closed costs no poll
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller has the fault dropped-keep-alive
    And 8 polls and one time-out pass
    Then the connector has met the fault dropped-keep-alive
    And every live data point of connectors is Good
    And "EVCE Interface" shows
      | Name        | Value |
      | EvceState   | good  |
      | FailedPolls | 0     |

  @O-2 @P-1
  Scenario: A connection that is to be kept and is closed fails no set-up
    Given a charge controller with the site "guide"
    And the charge controller has the fault dropped-keep-alive
    When the connector serves Building Operation and no processor runs
    And the set-up processor runs
    Then the connector has met the fault dropped-keep-alive
    And the set-up processor says nothing

  @O-2 @D-5 @P-2 @contract
  Scenario: A list that shifts between its pages at every poll is believed by none
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller has the fault shifting-list
    And 4 polls and one time-out pass
    Then the connector has met the fault shifting-list
    And every live data point of connectors is Offline
    And the alarm "EVCE-Interface_Alarm" is Active
    When the charge controller has no fault
    And 2 polls and one time-out pass
    Then every live data point of connectors is Good
    And the alarm "EVCE-Interface_Alarm" is Normal

  @O-2 @D-5 @P-2 @contract
  Scenario: A list that shifts once between its pages is read once more in the same poll
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller has the fault shifting-list once, in a poll
    And the connector polls once more
    Then the connector has met the fault shifting-list
    And every live data point of connectors is Good
    And "EVCE Interface" shows
      | Name        | Value |
      | EvceState   | good  |
      | FailedPolls | 0     |

  @O-2 @C-7 @P-6 @contract
  Scenario: A token that is refused with 403 is renewed at once, and fails no poll
    Given a charge controller with the site "guide"
    And the connector logs in to the controller by token
    And the connector runs
    When the charge controller has the fault refused-token
    And the connector polls 4 times
    Then the connector has met the fault refused-token
    And the charge controller has refused 1 request
    And the processors have logged in 3 times
    And every live data point of connectors is Good
    And "EVCE Interface" shows
      | Name        | Value |
      | EvceState   | good  |
      | FailedPolls | 0     |

  @O-2 @C-7 @P-6 @contract
  Scenario: A token that says an odd life is kept for a usual one
    Given a charge controller with the site "guide"
    And the connector logs in to the controller by token
    And the charge controller has the fault odd-expiry
    When the connector starts
    And 8 polls and one time-out pass
    Then the connector has met the fault odd-expiry
    And the processors have logged in 2 times
    And every live data point of connectors is Good
