"""A small DMN file, and ways to spoil it."""

DMN = """\
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="loans" namespace="urn:loans" id="loans">
  <itemDefinition name="tRisk"><typeRef>string</typeRef><allowedValues><text>"high", "low"</text></allowedValues></itemDefinition>
  <itemDefinition name="tApplicant">
    <itemComponent name="age"><typeRef>number</typeRef></itemComponent>
    <itemComponent name="born on"><typeRef>date</typeRef></itemComponent>
  </itemDefinition>
  <inputData name="Applicant" id="i1"><variable name="Applicant" typeRef="tApplicant"/></inputData>
  <inputData name="Legal age" id="i2"><variable name="Legal age" typeRef="number"/></inputData>
  <inputData name="Nick names" id="i3"><variable name="Nick names" typeRef="string"/></inputData>
  <decision name="Risk level" id="risk">
    <variable name="Risk level" typeRef="tRisk"/>
    <informationRequirement><requiredInput href="#i1"/></informationRequirement>
    <decisionTable hitPolicy="FIRST">
      <input label="Age"><inputExpression typeRef="number"><text>Applicant.age</text></inputExpression></input>
      <output><defaultOutputEntry><text>"low"</text></defaultOutputEntry></output>
      <annotation name="Why"/>
      <rule>
        <inputEntry><text>[Legal age..25)</text></inputEntry>
        <outputEntry><text>"high"</text></outputEntry>
        <annotationEntry><text>Young drivers.</text></annotationEntry>
      </rule>
    </decisionTable>
  </decision>
  <decision name="Terms" id="terms">
    <variable name="Terms"/>
    <informationRequirement><requiredDecision href="#risk"/></informationRequirement>
    <decisionTable>
      <input><inputExpression><text>Risk level</text></inputExpression></input>
      <output name="rate" typeRef="number"/>
      <output name="greeting"/>
      <rule>
        <inputEntry><text>"high"</text></inputEntry>
        <outputEntry><text>1.5</text></outputEntry><outputEntry><text>"Sorry, " + Nick names</text></outputEntry>
      </rule>
      <rule>
        <inputEntry><text>not("high")</text></inputEntry>
        <outputEntry><text>0.5</text></outputEntry><outputEntry><text>"Welcome"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""  # noqa: E501


def spoiled(*changes: tuple[str, str]) -> bytes:
    """`DMN` with each of the texts, which must stand in it exactly once, replaced by another."""
    text = DMN
    for before, after in changes:
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in the small file"
        text = text.replace(before, after)
    return text.encode()
