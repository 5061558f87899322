Feature: The password is changed, the token ends, the login is locked
  An operator is told at once, and nobody is locked out by tries; what the login is made of stands nowhere.

  Background:
    Given a charge controller with the site "guide"

  @C-7 @O-11 @contract
  Scenario Outline: Tries are few after <case>
    Given the charge controller locks a login for 300 s after five wrong tries
    And the connector runs
    When the charge controller has the fault <fault>
    Then <case> is noticed within <notice> s: <seen>
    And "EVCE Interface" shows that the login 'bms' is refused
    And no item and no line of the log holds the password
    When <minutes> minutes pass
    Then the charge controller has refused <refused> requests
    When the charge controller's password is the one before
    Then the charge controller admits the right password
    And <case> is over within <recover> s: <over>

    Examples:
      # rows: passwords that are changed
      | case                                        | fault            | minutes | refused | seen                                                              | over                                       | notice | recover |
      | a password that is changed for a moment     | rotated-password | 0       | 1       | the alarm "EVCE-Interface_Alarm" is Active                        | "EVCE Interface" shows "EvceState" as good | 15     | 30      |
      | a password that is changed for five minutes | rotated-password | 5       | 4       | "EVCE Interface" shows "EvceState" as The charge controller at... | the alarm "EVCE-Interface_Alarm" is Normal | 15     | 615     |
      # end of rows

  @C-7 @P-6 @contract
  Scenario Outline: A new login makes good for <case>
    Given the connector logs in to the controller by token
    And the connector runs
    When the charge controller has the fault <fault> once, in a poll
    Then <case> is noticed within <notice> s: <seen>
    And <case> is over within <recover> s: <over>
    And "EVCE Interface" shows
      | Name        | Value |
      | FailedPolls | 0     |

    Examples:
      # rows: tokens that are refused
      | case                              | fault         | seen                                        | over                                       | notice | recover |
      | a token that ends before its time | expired-token | the charge controller has refused 1 request | "EVCE Interface" shows "EvceState" as good | 15     | 0       |
      | a token that is refused (403)     | refused-token | the charge controller has refused 1 request | "EVCE Interface" shows "EvceState" as good | 15     | 0       |
      # end of rows

  @C-7 @O-11 @contract
  Scenario Outline: The connector waits for <case>
    Given the charge controller has the fault <fault>
    And the connector runs
    When somebody tries 5 wrong passwords at the charge controller
    Then <case> is noticed within <notice> s: <seen>
    And <case> is over within <recover> s: <over>

    Examples:
      # rows: logins that are locked
      | case                                  | fault      | seen                                       | over                                       | notice | recover |
      | a login that somebody else has locked | locked-out | the alarm "EVCE-Interface_Alarm" is Active | the alarm "EVCE-Interface_Alarm" is Normal | 15     | 615     |
      # end of rows
