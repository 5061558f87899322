Feature: Building Operation restarts, its subscription ends, a second client comes
  A new client gets everything at once; of alarms none is lost and none comes twice.

  Background:
    Given a charge controller with the site "guide"
    And the connector runs

  @R-2 @O-13
  Scenario Outline: The connector frees itself of <case>
    When Building Operation subscribes to the values of "EVCE Zones/Z1/EVSimu1/Connector-1"
    And Building Operation dies without a word
    Then <case> is noticed within <notice> s: <seen>
    When Building Operation subscribes to the values of "EVCE Zones/Z1/EVSimu1/Connector-1"
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: clients that die
      | case                                   | seen                                                                | over                                   | notice | recover |
      | the subscription of a client that died | the first subscription is refused by the fault Invalid_Subscription | the last subscription brings 26 values | 1800   | 0       |
      # end of rows

  @O-12 @O-13
  Scenario Outline: No client misses <case>, and none sees it twice
    When the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    And Building Operation dies without a word
    Then <case> is noticed within <notice> s: <seen>
    And the alarm of station "EVSimu1" changed 1 time
    When another workstation acknowledges the alarm of station "EVSimu1"
    Then <case> is over within <recover> s: <over>
    And the alarm of station "EVSimu1" changed 2 times

    Examples:
      # rows: alarms while clients restart
      | case                                  | seen                                        | over                                              | notice | recover |
      | an alarm that nobody has acknowledged | the alarm "Station-EVSimu1_Alarm" is Active | the alarm "Station-EVSimu1_Alarm" is Acknowledged | 0      | 0       |
      # end of rows

  @R-2 @O-3 @O-13
  Scenario Outline: A subscription outlives <case>
    When Building Operation subscribes to the values of "EVCE Zones/Z1/EVSimu1/Connector-1"
    And the connector is stopped for <minutes> minutes and started again
    Then <case> is noticed within <notice> s: <seen>
    When the set point current of connector "EVSimu1/1" becomes 16
    Then <case> is over within <recover> s: <over>
    And the next notification brings 26 values

    Examples:
      # rows: subscriptions over a restart
      | case                                            | minutes | seen                                    | over                                                                         | notice | recover |
      | a restart of the connector under a subscription | 2       | the first subscription brings 26 values | "EVCE Zones/Z1/EVSimu1/Connector-1" shows "ConnectorSetPointCurrent" as 16 A | 0      | 15      |
      # end of rows
