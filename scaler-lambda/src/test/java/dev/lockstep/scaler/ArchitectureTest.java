package dev.lockstep.scaler;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkClient;

/** The directions of the design, held by the build. */
final class ArchitectureTest {
  private static final String ROOT = "dev.lockstep.scaler";
  private static final String AWS = "software.amazon.awssdk..";

  private static final JavaClasses SCALER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void dataFlowsOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("handler")
        .definedBy(ROOT)
        .layer("report")
        .definedBy(ROOT + ".report..")
        .layer("act")
        .definedBy(ROOT + ".act..")
        .layer("decide")
        .definedBy(ROOT + ".decide..")
        .layer("observe")
        .definedBy(ROOT + ".observe..")
        .layer("trigger")
        .definedBy(ROOT + ".trigger..")
        .layer("policy")
        .definedBy(ROOT + ".policy..")
        .whereLayer("handler")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("handler")
        .whereLayer("act")
        .mayOnlyBeAccessedByLayers("report", "handler")
        .whereLayer("decide")
        .mayOnlyBeAccessedByLayers("act", "report", "handler")
        .whereLayer("observe")
        .mayOnlyBeAccessedByLayers("decide", "act", "report", "handler")
        .whereLayer("trigger")
        .mayOnlyBeAccessedByLayers("decide", "report", "handler")
        .check(SCALER);
  }

  @Test
  void onlyObserveAndActKnowTheAwsSdkBesideTheHandlerThatBuildsItsClients() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".observe..", ROOT + ".act..", ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(AWS)
        .check(SCALER);
  }

  @Test
  void theHandlerBuildsClientsAndCallsNoneOfTheirOperations() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .callMethodWhere(
            describe(
                "an operation of an AWS client is called",
                call ->
                    call.getTargetOwner().isAssignableTo(SdkClient.class)
                        && !call.getName().equals("builder")))
        .check(SCALER);
  }

  @Test
  void decideKnowsNoClockNoInputOrOutputNoThreadAndNoChance() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".decide..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            AWS, "java.io..", "java.net..", "java.nio..", "java.util.concurrent..", "com..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Random")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.Clock")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.InstantSource")
        .orShould()
        .callMethodWhere(
            describe(
                "the time is asked for",
                call ->
                    call.getName().equals("now")
                        && call.getTargetOwner().getPackageName().equals("java.time")))
        .orShould()
        .callMethodWhere(
            describe(
                "the system is asked", call -> call.getTargetOwner().isEquivalentTo(System.class)))
        .check(SCALER);
  }

  @Test
  void theScalerKnowsNothingOfInferenceOrDrills() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.lockstep.inference..", "dev.lockstep.drills..")
        .check(SCALER);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(
            SCALER.stream()
                .map(type -> type.getPackage())
                .distinct()
                .filter(found -> !found.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName))
        .isEmpty();
  }

  @Test
  void onlyTheEntryPointIsPublicInTheRootPackage() {
    classes()
        .that()
        .resideInAPackage(ROOT)
        .and()
        .arePublic()
        .should()
        .haveSimpleName("ScalerHandler")
        .orShould()
        .haveSimpleName("IncompleteRunException")
        .check(SCALER);
  }
}
