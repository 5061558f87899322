Feature: Logins, passwords and addresses
  What a technician enters in "Evce Api Config Options" and "Evce Ews Server".

  Background:
    Given a charge controller with the site "guide"

  @C-9
  Scenario Outline: Building Operation with <what> is turned away
    Given the connector runs
    When Building Operation logs in with <what>
    Then it is turned away: <reason>

    Examples:
      | what                          | reason                                 |
      | a wrong password              | refused the login of user 'ebo'        |
      | an unknown user               | refused the login of user 'nobody'     |
      | the user's name in capitals   | refused the login of user 'EBO'        |
      | the path in another case      | There is no EWS service at             |

  @C-9
  Scenario: Who guesses passwords has to wait
    Given the connector runs
    When Building Operation tries 5 wrong passwords
    And Building Operation logs in with a wrong password
    Then it is turned away: HTTP 429
    When Building Operation logs in with the right password
    Then it is let in and sees "EVCE Zones"
    When 5 seconds pass
    And Building Operation logs in with a wrong password
    Then it is turned away: HTTP 401

  @C-9 @O-4
  Scenario: A user that may only read is shown everything and sets nothing
    Given the EWS server has the reader "guard"
    And the connector runs
    When Building Operation logs in as the user "guard"
    Then it sees the values that an Enterprise Server sees
    And setting a reduction is refused by the fault Permission_Denied
    And the controller was sent 0 changes

  @C-9 @O-4
  Scenario: Of several further users each has its own right
    Given the EWS server has the reader "guard"
    And the EWS server has the writer "manager"
    And the connector runs
    When Building Operation logs in as the user "manager"
    Then setting a reduction of zone 2 to 5 succeeds
    And the controller was sent 1 change
    When Building Operation logs in as the user "guard"
    Then setting a reduction is refused by the fault Permission_Denied
    And the controller was sent 1 change

  @C-9
  Scenario Outline: Building Operation logs in by digest with <algorithms>
    Given the EWS server offers the digest algorithms <algorithms>
    And the connector runs
    Then "EVCE Zones/Z1" shows
      | Name              | Value |
      | ZoneMaxCurrent(A) | 100 A |

    Examples:
      | algorithms   |
      | MD5          |
      | SHA-256      |
      | MD5, SHA-256 |

  @C-9
  Scenario Outline: The realm may be "<realm>"
    Given the realm of the EWS server is "<realm>"
    And the connector runs
    Then "EVCE Zones/Z1" shows
      | Name              | Value |
      | ZoneMaxCurrent(A) | 100 A |

    Examples:
      | realm        |
      | Key          |
      | Parking Nord |

  @C-9
  Scenario: The realm may be left empty
    Given the realm of the EWS server is left empty
    And the connector runs
    Then "EVCE Zones/Z1" shows
      | Name              | Value |
      | ZoneMaxCurrent(A) | 100 A |

  @C-9
  Scenario: The server's name is the top of the tree
    Given the server's name is "Parking Nord & Süd"
    And the connector runs
    Then the top of the tree is called "Parking Nord & Süd"

  @C-9
  Scenario: Unless told otherwise the server is called as in the guide
    Given the connector runs
    Then the top of the tree is called "EVCE Ews Server"

  @C-7 @P-6
  Scenario Outline: Both processors log in to the controller by <way>
    Given the connector logs in to the controller by <way>
    And the connector runs
    When the connector polls 3 times
    Then "EVCE Zones/Z1" shows
      | Name                        | Value   |
      | ZoneOverallActivePowerTotal | 0.13 kW |
    And the set-up processor and the status processor were admitted every time

    Examples:
      | way                  |
      | basic authentication |
      | token                |

  @C-7 @P-6 @contract
  Scenario Outline: A token that lives <life> s is renewed before it ends, and no sooner
    Given the connector logs in to the controller by token
    And the tokens of the charge controller live <life> s
    And the connector runs
    When <minutes> minutes pass
    Then the set-up processor and the status processor were admitted every time
    And the processors have logged in <logins> times

    Examples: the set-up processor logs in once, the status processor whenever a fifth of a token's life is left
      | life | minutes | logins |
      | 120  | 5       | 4      |
      | 600  | 15      | 3      |
      | 3600 | 10      | 2      |

  @C-7 @P-6 @contract
  Scenario: A token that the controller refuses before its end is renewed at once
    Given the connector logs in to the controller by token
    And the connector runs
    When the charge controller has the fault expired-token once, in a poll
    And the connector polls 2 times
    Then the charge controller has refused 1 request
    And the processors have logged in 3 times
    And "EVCE Interface" shows
      | Name        | Value |
      | EvceState   | good  |
      | FailedPolls | 0     |

  @C-7 @P-6 @contract
  Scenario: A token that the controller refuses before its end does not fail a set-up
    Given the connector logs in to the controller by token
    And the charge controller has the fault expired-token once, in a poll
    When the connector serves Building Operation and no processor runs
    And the set-up processor runs
    Then the set-up processor says nothing
    And the charge controller has refused 1 request
    And the processors have logged in 2 times

  @O-4 @C-7
  Scenario: A write logs in by a token of its own, and renews one that is refused
    Given the connector logs in to the controller by token
    And the connector runs
    When the charge controller has the fault expired-token once, in a poll
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    Then the write succeeds

  @C-7 @contract
  Scenario Outline: A wrong <what> for the controller is named, and no password is shown
    Given the connector's <what> for the controller is "wrong-one"
    When the connector serves Building Operation and no processor runs
    And the set-up processor runs
    Then the set-up processor says "check evce.login and evce.password"
    And the folder "EVCE Zones" holds no folders
    And nothing that it says holds a password

    Examples:
      | what     |
      | login    |
      | password |

  @C-7 @P-6 @contract
  Scenario: A password that is changed on the controller stops both processors until it is right again
    Given the connector runs
    When the controller's password is changed
    And 20 seconds pass
    And the set-up processor runs
    Then the set-up processor says "refuses the login 'bms'"
    And "EVCE Interface" shows that the login 'bms' is refused
    When the controller's password is changed back
    And 2 minutes pass
    Then "EVCE Interface" shows
      | Name      | Value |
      | EvceState | good  |

  @C-7 @contract
  Scenario: A login that somebody else has locked out is told, and polls go on when it is open again
    Given the charge controller locks a login for 300 s after five wrong tries
    And the connector runs
    When somebody tries 5 wrong passwords at the charge controller
    And 2 minutes pass
    Then "EVCE Interface" shows that the login 'bms' is refused
    And the alarm "EVCE-Interface_Alarm" is Active
    And every live data point of connectors is Offline
    When 10 minutes pass
    Then "EVCE Interface" shows
      | Name      | Value |
      | EvceState | good  |
    And every live data point of connectors is Good

  @C-7
  Scenario: A password that is changed on the controller for five minutes locks nobody out
    Given the charge controller locks a login for 300 s after five wrong tries
    And the connector runs
    When the controller's password is changed
    And 5 minutes pass
    And the controller's password is changed back
    Then the charge controller admits the right password
    When 10 minutes pass
    Then "EVCE Interface" shows
      | Name      | Value |
      | EvceState | good  |

  @C-7
  Scenario Outline: The base URL <url> is accepted
    Given the base URL is "<url>"
    Then the configuration is accepted

    Examples:
      | url                                |
      | https://10.141.208.28/api/v2       |
      | https://10.141.208.28:8443/api/v2  |
      | http://evce.example/api/v2         |

  @C-7
  Scenario Outline: The base URL "<url>" is refused
    Given the base URL is "<url>"
    Then the configuration is refused: evce.base_url

    Examples:
      | url                        |
      | 10.141.208.28/api/v2       |
      | ftp://10.141.208.28/api/v2 |
      | https://                   |

  @C-9
  Scenario: The address of the EWS server must be one
    Given the address of the EWS server is "localhost"
    Then the configuration is refused: ews.address
