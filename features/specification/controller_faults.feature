Feature: Faults of the charge controller
  What the connector shows, and how soon, when a fault hits every call. Times are in polls, by the catalogue of faults.

  @O-2 @D-5 @P-2
  Scenario Outline: <fault> is noticed within <notice> polls and over within <recover>
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller has the fault <fault>
    And <notice> polls and one time-out pass
    Then every live data point of connectors is <state>
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
    Then every live data point of connectors but their average current, which hangs on a word, is Good
    And the alarm "EVCE-Interface_Alarm" is Normal

    Examples:
      # rows: faults that no poll fails for
      | fault           |
      | unknown-words   |
      | expired-token   |
      | locked-out      |
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
    Then every live data point of the first connector is <state>, and of the last connector Good
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
