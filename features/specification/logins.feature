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
    Then it is turned away: (HTTP 429)
    When Building Operation logs in with the right password
    Then it is let in and sees "EVCE Zones"
    When 5 seconds pass
    And Building Operation logs in with a wrong password
    Then it is turned away: (HTTP 401)

  @C-9 @O-4
  Scenario: A user that may only read is shown everything and sets nothing
    Given the EWS server has the reader "guard"
    And the connector runs
    When Building Operation logs in as the reader "guard"
    Then it sees the values that an Enterprise Server sees
    And setting a reduction is refused by the fault Permission_Denied
    And the controller was sent 0 changes

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

  @C-7
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

  @C-7 @P-6
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
