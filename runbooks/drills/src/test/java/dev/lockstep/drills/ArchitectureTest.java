package dev.lockstep.drills;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The directions of the design, held by the build. */
final class ArchitectureTest {
  private static final String ROOT = "dev.lockstep.drills";

  private static final JavaClasses EVERYTHING =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.lockstep");

  private static final JavaClasses DRILLS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void theProductKnowsNothingOfItsDrillsAndItsHalvesNothingOfEachOther() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.lockstep.inference..", "dev.lockstep.scaler..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "..")
        .check(EVERYTHING);
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep.inference..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.lockstep.scaler..")
        .check(EVERYTHING);
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep.scaler..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.lockstep.inference..")
        .check(EVERYTHING);
  }

  @Test
  void fromTimeOverTheAccountToTheCommandLineThereIsOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("cli")
        .definedBy(ROOT + ".cli..")
        .layer("live")
        .definedBy(ROOT + ".live..")
        .layer("page")
        .definedBy(ROOT + ".page..")
        .layer("view")
        .definedBy(ROOT + ".view..")
        .layer("report")
        .definedBy(ROOT + ".report..")
        .layer("compare")
        .definedBy(ROOT + ".compare..")
        .layer("drill")
        .definedBy(ROOT + ".drill..")
        .layer("control")
        .definedBy(ROOT + ".control..")
        .layer("rules")
        .definedBy(ROOT + ".rules..")
        .layer("traffic")
        .definedBy(ROOT + ".traffic..")
        .layer("operator")
        .definedBy(ROOT + ".operator..")
        .layer("claim")
        .definedBy(ROOT + ".claim..")
        .layer("aws")
        .definedBy(ROOT + ".aws..")
        .layer("account")
        .definedBy(ROOT + ".account..")
        .layer("ecs")
        .definedBy(ROOT + ".ecs..")
        .layer("autoscaling")
        .definedBy(ROOT + ".autoscaling..")
        .layer("cloudwatch")
        .definedBy(ROOT + ".cloudwatch..")
        .layer("journal")
        .definedBy(ROOT + ".journal..")
        .layer("time")
        .definedBy(ROOT + ".time..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("live")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("page")
        .mayOnlyBeAccessedByLayers("live", "cli")
        .whereLayer("view")
        .mayOnlyBeAccessedByLayers("page", "live", "cli")
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("live", "cli")
        .whereLayer("compare")
        .mayOnlyBeAccessedByLayers("report", "live", "cli")
        .whereLayer("drill")
        .mayOnlyBeAccessedByLayers("compare", "report", "live", "cli")
        .whereLayer("control")
        .mayOnlyBeAccessedByLayers("operator", "drill", "compare", "report", "live", "cli")
        .whereLayer("rules")
        .mayOnlyBeAccessedByLayers("control", "compare", "report")
        .whereLayer("traffic")
        .mayOnlyBeAccessedByLayers(
            "rules", "control", "drill", "compare", "report", "view", "live", "cli")
        .whereLayer("operator")
        .mayOnlyBeAccessedByLayers("drill", "cli")
        .whereLayer("claim")
        .mayOnlyBeAccessedByLayers("drill", "cli")
        .whereLayer("aws")
        .mayOnlyBeAccessedByLayers("control", "operator")
        .whereLayer("account")
        .mayOnlyBeAccessedByLayers(
            "aws",
            "traffic",
            "rules",
            "control",
            "operator",
            "drill",
            "compare",
            "report",
            "view",
            "live",
            "cli")
        .whereLayer("ecs")
        .mayOnlyBeAccessedByLayers(
            "account",
            "aws",
            "traffic",
            "rules",
            "control",
            "operator",
            "drill",
            "compare",
            "report",
            "view",
            "live",
            "cli")
        .whereLayer("autoscaling")
        .mayOnlyBeAccessedByLayers(
            "ecs",
            "account",
            "aws",
            "traffic",
            "rules",
            "control",
            "operator",
            "drill",
            "compare",
            "report",
            "view",
            "live",
            "cli")
        .whereLayer("cloudwatch")
        .mayOnlyBeAccessedByLayers(
            "autoscaling",
            "ecs",
            "account",
            "aws",
            "traffic",
            "rules",
            "control",
            "drill",
            "compare",
            "report",
            "view",
            "live",
            "cli")
        .whereLayer("journal")
        .mayOnlyBeAccessedByLayers(
            "cloudwatch",
            "autoscaling",
            "ecs",
            "account",
            "aws",
            "traffic",
            "rules",
            "control",
            "operator",
            "claim",
            "drill",
            "compare",
            "report",
            "view",
            "live",
            "cli")
        .whereLayer("time")
        .mayOnlyBeAccessedByLayers(
            "journal",
            "cloudwatch",
            "autoscaling",
            "ecs",
            "account",
            "aws",
            "traffic",
            "rules",
            "control",
            "operator",
            "claim",
            "drill",
            "compare",
            "report",
            "view",
            "live",
            "cli")
        .check(DRILLS);
  }

  @Test
  void onlyTheLiveStackKnowsTheInferenceService() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".live..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.lockstep.inference..")
        .check(DRILLS);
  }

  @Test
  void onlyTheCommandLineKnowsTheSoak() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".soak..", ROOT + ".cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".soak..")
        .check(DRILLS);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(
            DRILLS.stream()
                .map(type -> type.getPackage())
                .distinct()
                .filter(found -> !found.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName))
        .isEmpty();
  }
}
