Feature: The charge controller reboots or hangs
  Values age and one alarm tells it; no point leaves the tree, and nobody has to restart anything.

  Background:
    Given a charge controller with the site "guide"
    And time-outs pass on the clock of the site

  @O-2 @O-11 @D-5
  Scenario Outline: Nothing comes of <case>
    Given the connector runs
    When the charge controller has the fault <fault>
    Then <case> is noticed within <notice> s: <seen>
    When the charge controller has no fault
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: controllers that do not answer
      | case                                  | fault       | seen                                       | over                                       | notice | recover |
      | a controller that refuses connections | refused     | every live value is Uncertain              | every live value is Good                   | 45     | 30      |
      | a controller that resets connections  | reset       | every live value is Offline                | every live value is Good                   | 60     | 30      |
      | a controller that is starting (503)   | unavailable | the alarm "EVCE-Interface_Alarm" is Active | the alarm "EVCE-Interface_Alarm" is Normal | 60     | 60      |
      | a controller that shows an empty site | empty-list  | every live value is Uncertain              | every live value is Good                   | 45     | 30      |
      # end of rows

  @O-2 @D-5
  Scenario Outline: Nobody waits longer than the time-out for <case>
    Given the connector runs
    When the charge controller has the fault <fault> of <seconds> s
    Then <case> is noticed within <notice> s: <seen>
    When the charge controller has no fault
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: controllers that hang
      | case                                                   | fault | seconds | seen                          | over                     | notice | recover |
      | a controller that accepts connections and says nothing | slow  | 20      | every live value is Uncertain | every live value is Good | 45     | 30      |
      # end of rows

  @O-2 @O-11 @D-4 @D-5
  Scenario Outline: From power off to the last station, <case> is one failure
    Given the connector runs
    When the charge controller has the fault <fault>
    Then <case> is noticed within <notice> s: <seen>
    When the charge controller has no fault
    And the charge controller has the fault slow of 30 s
    And 30 seconds pass
    And the charge controller has no fault
    And the charge controller has the fault <fault 2>
    And 90 seconds pass
    And the charge controller has no fault
    And the charge controller has the fault <fault 3>
    And 100 seconds pass
    And Building Operation browses the tree again
    Then the alarm "EVCE-Interface_Alarm" is Active
    And the folder "EVCE Zones" holds the folders
      | Z1 |
      | Z2 |
      | Z3 |
    And the folder "EVCE Zones/Z1/EVSimu1" has the id "Stations/1"
    When the charge controller has no fault
    Then <case> is over within <recover> s: <over>
    When 60 seconds pass
    Then the alarm "EVCE-Interface_Alarm" was Active, Normal and nothing else
    And Building Operation sees no alarm of station "EVSimu1"

    Examples:
      # rows: whole reboots
      | case                           | fault   | fault 2     | fault 3    | seen                                       | over                                       | notice | recover |
      | a whole reboot, by its values, | refused | unavailable | empty-list | every live value is Offline                | every live value is Good                   | 60     | 30      |
      | a whole reboot, by its alarm,  | refused | unavailable | empty-list | the alarm "EVCE-Interface_Alarm" is Active | the alarm "EVCE-Interface_Alarm" is Normal | 60     | 60      |
      # end of rows
