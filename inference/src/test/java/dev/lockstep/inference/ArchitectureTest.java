package dev.lockstep.inference;

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
  private static final String ROOT = "dev.lockstep.inference";

  /** The gRPC messages, which the protocol buffers' compiler writes. */
  private static final String GENERATED = ROOT + ".grpc.oip";

  private static final JavaClasses INFERENCE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void requestsFlowOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("http")
        .definedBy(ROOT + ".http..")
        .layer("grpc")
        .definedBy(ROOT + ".grpc..")
        .layer("serving")
        .definedBy(ROOT + ".serving..")
        .layer("telemetry")
        .definedBy(ROOT + ".telemetry..")
        .layer("lifecycle")
        .definedBy(ROOT + ".lifecycle..")
        .layer("admission")
        .definedBy(ROOT + ".admission..")
        .layer("text")
        .definedBy(ROOT + ".text..")
        .layer("batching")
        .definedBy(ROOT + ".batching..")
        .layer("engine")
        .definedBy(ROOT + ".engine..")
        .layer("model")
        .definedBy(ROOT + ".model..")
        .layer("wiring")
        .definedBy(ROOT)
        .whereLayer("wiring")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("http")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("grpc")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("serving")
        .mayOnlyBeAccessedByLayers("http", "grpc", "wiring")
        .whereLayer("telemetry")
        .mayOnlyBeAccessedByLayers("http", "grpc", "serving", "wiring")
        .whereLayer("lifecycle")
        .mayOnlyBeAccessedByLayers("http", "grpc", "serving", "telemetry", "wiring")
        .whereLayer("admission")
        .mayOnlyBeAccessedByLayers("http", "grpc", "serving", "telemetry", "lifecycle", "wiring")
        .whereLayer("text")
        .mayOnlyBeAccessedByLayers("http", "grpc", "serving", "telemetry", "lifecycle", "wiring")
        .whereLayer("batching")
        .mayOnlyBeAccessedByLayers(
            "http", "grpc", "serving", "admission", "telemetry", "lifecycle", "text", "wiring")
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers(
            "http", "grpc", "serving", "lifecycle", "text", "batching", "telemetry", "wiring")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("http", "grpc", "serving", "lifecycle", "text", "wiring")
        .check(INFERENCE);
  }

  @Test
  void onlyTheEngineKnowsOnnxRuntimeAndOnlyTextKnowsTheTokenizer() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".engine..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(INFERENCE);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".text..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(INFERENCE);
  }

  @Test
  void onlyTelemetryKnowsOpenTelemetry() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".telemetry..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.opentelemetry..")
        .check(INFERENCE);
  }

  @Test
  void onlyTheGrpcFlavourKnowsGrpc() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".grpc..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", GENERATED)
        .check(INFERENCE);
  }

  /** Messages of gRPC are protocol buffers, and so are the files of models. */
  @Test
  void onlyTheGrpcFlavourAndTheEngineKnowProtocolBuffers() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".grpc..", ROOT + ".engine..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.protobuf..")
        .check(INFERENCE);
  }

  @Test
  void inferenceKnowsNothingOfTheScalerOrTheDrills() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.lockstep.scaler..", "dev.lockstep.drills..")
        .check(INFERENCE);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(
            INFERENCE.stream()
                .map(type -> type.getPackage())
                .distinct()
                .filter(found -> !found.getName().equals(GENERATED))
                .filter(found -> !found.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName))
        .isEmpty();
  }
}
