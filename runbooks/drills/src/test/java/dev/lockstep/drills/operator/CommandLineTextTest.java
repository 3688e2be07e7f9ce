package dev.lockstep.drills.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CommandLineTextTest {
  private static final Map<String, String> VARIABLES = Map.of("ASG", "gpu hosts", "N", "5");

  @Test
  void singleQuotesKeepWhatIsInThem() {
    assertThat(words("aws --payload '{\"action\":\"$N\"}'"))
        .containsExactly("aws", "--payload", "{\"action\":\"$N\"}");
  }

  @Test
  void doubleQuotesKeepBlanksAndTakeVariables() {
    assertThat(words("--group \"$ASG\" --desired ${N}0"))
        .containsExactly("--group", "gpu hosts", "--desired", "50");
  }

  @Test
  void aBackslashContinuesTheLineAndALineEndsTheCommand() {
    assertThat(words("aws ecs \\\n  update-service\naws lambda"))
        .containsExactly("aws", "ecs", "update-service");
  }

  @Test
  void aCommandInsideAnotherStaysAsItIs() {
    assertThat(words("--instances $(aws ecs list (x) --output text) --all"))
        .containsExactly("--instances", "$(aws ecs list (x) --output text)", "--all");
  }

  @Test
  void aPipeOrAClosingParenthesisEndsIt() {
    assertThat(words("aws sts get | head")).containsExactly("aws", "sts", "get");
    assertThat(words("aws sts get) more")).containsExactly("aws", "sts", "get");
  }

  @Test
  void whatIsNotClosedIsRefused() {
    assertThatThrownBy(() -> words("--payload '{"))
        .hasMessageContaining("is opened and not closed");
    assertThatThrownBy(() -> words("$(aws ecs")).hasMessageContaining("is opened and not closed");
  }

  @Test
  void anAwsCommandIsTakenApart() {
    CliCommand command =
        CliCommand.parse(
            "aws ecs describe-container-instances --cluster c --container-instances a b --no-x",
            name -> name);

    assertThat(command.name()).isEqualTo("aws ecs describe-container-instances");
    assertThat(command.options())
        .isEqualTo(
            Map.of(
                "cluster",
                List.of("c"),
                "container-instances",
                List.of("a", "b"),
                "no-x",
                List.of()));
  }

  @Test
  void terraformsVariablesAreKeptInOrder() {
    CliCommand command =
        CliCommand.parse("terraform -chdir=infra apply -var a=1 -var 'b=[\"x\"]'", name -> name);

    assertThat(command.name()).isEqualTo("terraform apply");
    assertThat(command.options()).containsEntry("var", List.of("a=1", "b=[\"x\"]"));
  }

  @Test
  void anythingElseIsNoCommandOfAPage() {
    assertThatThrownBy(() -> CliCommand.parse("rm -rf /", name -> name))
        .hasMessage("the command begins with 'rm' but must begin with aws or terraform");
    assertThatThrownBy(() -> CliCommand.parse("aws ecs", name -> name))
        .hasMessage("'aws ecs' is no command; it is aws SERVICE OPERATION");
  }

  private static List<String> words(String text) {
    return CommandLineText.words(text, 0, name -> VARIABLES.getOrDefault(name, ""));
  }
}
