Feature: The charge controller is slow, drips or asks for time
  Polls never overlap, reads are answered at once, and the age of values is told as it is.

  Background:
    Given a charge controller with the site "guide"
    And time-outs pass on the clock of the site
    And the connector runs

  @O-2 @P-2
  Scenario Outline: Readers do not wait for <case>
    When the charge controller has the fault <fault> of <seconds> s
    Then <case> is noticed within <notice> s: <seen>
    When 60 seconds pass
    Then no two requests to the charge controller overlapped
    And every live data point of connectors is Good
    When the charge controller has no fault
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: answers that take long
      | case                                      | fault    | seconds | seen                                             | over                                            | notice | recover |
      | an answer that takes ten times as long    | slow     | 5       | "EVCE Interface" shows "PollDuration" as 20.00 s | "EVCE Interface" shows "PollDuration" as 0.00 s | 35     | 30      |
      | the age of values while a poll takes long | slow     | 5       | "EVCE Interface" shows "PollAge" as 30 s         | "EVCE Interface" shows "PollDuration" as 0.00 s | 30     | 30      |
      | an answer that drips                      | dribbled | 0.2     | "EVCE Interface" shows "PollDuration" as 8.00 s  | "EVCE Interface" shows "PollDuration" as 0.00 s | 30     | 30      |
      # end of rows

  @O-2 @P-2 @contract
  Scenario Outline: The connector does as it is told by <case>, within reason
    When the charge controller has the fault <fault> of <seconds> s
    Then <case> is noticed within <notice> s: <seen>
    When the charge controller has no fault
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: controllers that ask for time
      | case                                     | fault             | seconds | seen                                                                                                           | over                                       | notice | recover |
      | a controller that asks for half a minute | too-many-requests | 30      | "EVCE Interface" shows "EvceState" as The charge controller is busy: /system answers 429, asks to wait 30 s.   | "EVCE Interface" shows "EvceState" as good | 15     | 75      |
      | a controller that asks for an hour       | too-many-requests | 3600    | "EVCE Interface" shows "EvceState" as The charge controller is busy: /system answers 429, asks to wait 3600 s. | "EVCE Interface" shows "EvceState" as good | 15     | 75      |
      # end of rows

  @P-2 @P-3
  Scenario Outline: Slow polls do not hold up <case>
    When the journal of the charge controller is cleared
    And the charge controller has the fault <fault> of <seconds> s
    And 15 minutes pass
    Then <case> is noticed within <notice> s: <seen>
    And all polls since then began 15 s apart
    When the charge controller has no fault
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: samples of a slow controller
      | case                             | fault | seconds | seen                                           | over                                            | notice | recover |
      | a sample while answers take long | slow  | 3       | the last sample of "EVCE Zones/Z1" is of 06:15 | "EVCE Interface" shows "PollDuration" as 0.00 s | 15     | 30      |
      # end of rows
