"""What Handrail ships for a company that has written nothing yet: territories, kinds of customers and the tables.

One rule: the values are ours, since the source names none (S4.20), and say so; a company changes them.
"""

from handrail.order.catalogue import Territory

CUSTOMER_KINDS = ("small", "mid-size", "enterprise")

_EUROPE = (
    "AL AD AT BE BA BG CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO "
    "PL PT RO RS SE SI SK SM UA VA XK"
)
_MIDDLE_EAST_AND_AFRICA = (
    "AE AO BF BH BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IL IQ IR JO KE KM KW LB LR LS LY MA MG "
    "ML MR MU MW MZ NA NE NG OM PS QA RE RW SA SC SD SH SL SN SO SS ST SY SZ TD TG TN TR TZ UG YE YT ZA ZM ZW"
)
_ASIA_PACIFIC = (
    "AF AM AS AU AZ BD BN BT CC CK CN CX FJ FM GE GU HK ID IN JP KG KH KI KP KR KZ LA LK MH MM MN MO MP MV MY NC NF NP "
    "NR NU NZ PF PG PH PK PN PW SB SG TH TJ TK TL TM TO TV TW UZ VN VU WF WS"
)
_LATIN_AMERICA = (
    "AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GT GY HN HT JM KN KY LC MF MQ MS NI PA PE PR "
    "PY SR SV SX TC TT UY VC VE VG VI"
)

# The list that the order-validation runbook has too; which countries belong to which is ours.
TERRITORIES = (
    Territory(name="Worldwide"),
    Territory(name="Europe", countries=frozenset(_EUROPE.split())),
    Territory(name="North America", countries=frozenset({"US", "CA", "MX", "BM", "GL", "PM"})),
    Territory(name="Latin America", countries=frozenset(_LATIN_AMERICA.split()) | {"MX"}),
    Territory(name="Middle East and Africa", countries=frozenset(_MIDDLE_EAST_AND_AFRICA.split())),
    Territory(name="Asia-Pacific", countries=frozenset(_ASIA_PACIFIC.split())),
)

TABLES = """\
# Who may approve which discount, and what a starter pack holds. The values are ours; change them to yours.
decisions:
  discount-approval:
    title: Who approves a discount
    says: By the discount of a line in percent. Services are discounted less than subscriptions.
    hit_policy: first
    inputs: [kind, discount]
    outputs:
      approver: {kind: choice, of: [nobody, Sales Manager, Sales Director, Managing Director]}
    rules:
      - {when: ["-", "0"], then: [nobody]}
      - {when: ["on-site support, managed service", "<= 10"], then: [Sales Manager]}
      - {when: ["on-site support, managed service", "<= 20"], then: [Sales Director]}
      - {when: ["on-site support, managed service", "> 20"], then: [Managing Director]}
      - {when: ["-", "<= 5"], then: [nobody], note: Within what Sales may give.}
      - {when: ["-", "(5..15]"], then: [Sales Manager]}
      - {when: ["-", "(15..30]"], then: [Sales Director]}
      - {when: ["-", "> 30"], then: [Managing Director]}

  starter-pack:
    title: Starter pack
    says: What a new customer gets on its first order.
    hit_policy: rule order
    inputs: [new_customer, customer_kind]
    outputs:
      sku: {kind: choice, of: [WS-KICKOFF, TR-ADMIN, AU-SETUP]}
    rules:
      - {when: ["yes", "-"], then: [WS-KICKOFF]}
      - {when: ["yes", "-"], then: [TR-ADMIN]}
      - {when: ["yes", "mid-size, enterprise"], then: [AU-SETUP]}
"""
