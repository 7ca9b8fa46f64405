package dev.millrace.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.MonitorInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules of the house that the module graph alone cannot hold; it sees the classes of every module. */
final class ArchitectureTest {
    private static final String HOUSE = "dev.millrace.";

    /** Lines of a source file, at most. */
    private static final int FILE_LIMIT = 500;

    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(ArchitectureTest::main).importPackages("dev.millrace");

    /** Which room may know which: a room knows itself, what stands here, and what those know. */
    private static final Map<String, Set<String>> KNOWS = Map.ofEntries(
            Map.entry("protocols.wire", Set.of()),
            Map.entry("protocols.sdp", Set.of("protocols.wire")),
            Map.entry("protocols.codecs", Set.of("protocols.wire")),
            Map.entry("protocols.rtsp", Set.of("protocols.wire")),
            Map.entry("protocols.digest", Set.of("protocols.wire")),
            Map.entry("protocols.stun", Set.of("protocols.wire")),
            Map.entry("protocols.sip", Set.of("protocols.wire")),
            Map.entry("protocols.rtp", Set.of("protocols.codecs")),
            Map.entry("protocols.mpegts", Set.of("protocols.codecs")),
            Map.entry("protocols.hls", Set.of("protocols.mpegts")),
            Map.entry("platform.contracts", Set.of("protocols.wire")),
            Map.entry("platform.runtime", Set.of("platform.contracts")),
            Map.entry(
                    "platform.doors",
                    Set.of("platform.runtime", "protocols.sip", "protocols.digest", "protocols.stun")),
            Map.entry(
                    "platform.lanes",
                    Set.of("platform.runtime", "protocols.rtp", "protocols.codecs", "protocols.sdp")));

    /** Services, edges and pages: each knows every protocol and all of the platform, and none of the others. */
    private static final Set<String> SERVICES = Set.of(
            "services.location",
            "services.registrar",
            "services.proxy",
            "services.redirect",
            "edges.rtsp",
            "media.relay",
            "media.hls",
            "console");

    @Test
    void everyRoomKnowsOnlyWhatItMay() {
        Set<String> wrong = new TreeSet<>();
        Set<String> seen = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            String from = room(type);
            seen.add(from);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getName().startsWith(HOUSE) && !mayKnow(from, room(target))) {
                    wrong.add(from + " -> " + room(target) + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(seen).containsAll(KNOWS.keySet()).containsAll(SERVICES).contains("standalone");
    }

    @Test
    void protocolsArePure() {
        DescribedPredicate<JavaClass> allowed = are(resideInAnyPackage(
                "java.lang..",
                "java.util",
                "java.util.function",
                "java.util.stream",
                "java.util.regex",
                "java.util.zip",
                "java.security",
                "java.net",
                "java.io",
                "java.nio",
                "java.nio.charset",
                "java.math",
                "java.time",
                "java.time.format",
                "java.time.temporal",
                "org.jspecify.annotations",
                "dev.millrace.protocols.."));
        classes()
                .that(resideInAPackage("dev.millrace.protocols.."))
                .should()
                .onlyDependOnClassesThat(allowed)
                .check(CLASSES);
        noClasses()
                .that(resideInAPackage("dev.millrace.protocols.."))
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, java.util.Random.class, java.util.Timer.class, java.util.UUID.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*[.$](Abstract\\w*|\\w*(Impl|Manager|Helper|Helpers|Util|Utils))")
                .check(CLASSES);
    }

    @Test
    void onlyThePlatformKnowsThreads() {
        fields().that()
                .areDeclaredInClassesThat(outsideThePlatform())
                .should()
                .notHaveModifier(JavaModifier.VOLATILE)
                .check(CLASSES);
        methods()
                .that()
                .areDeclaredInClassesThat(outsideThePlatform())
                .should()
                .notHaveModifier(JavaModifier.SYNCHRONIZED)
                .check(CLASSES);
        noClasses()
                .that(outsideThePlatform())
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.util\\.concurrent\\."
                                + "(Concurrent\\w+|CopyOnWrite\\w+|\\w*Queue|\\w*Deque|atomic\\..*|locks\\..*|Exchanger|Semaphore)")
                .check(CLASSES);
        assertThat(CLASSES.stream()
                        .filter(outsideThePlatform())
                        .filter(ArchitectureTest::locks)
                        .map(JavaClass::getName))
                .isEmpty();
    }

    @Test
    void datagramsGoThroughUdpPort() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx.core.datagram..")
                .because("Vert.x's DatagramSocket copies, locks and resolves per packet")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() throws ClassNotFoundException {
        Set<String> packages = CLASSES.stream().map(JavaClass::getPackageName).collect(toCollection(TreeSet::new));
        for (String name : packages) {
            assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class))
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void filesStopAtFiveHundredLines() throws IOException {
        Map<Path, Long> tooLong = new TreeMap<>();
        for (Path file : sources()) {
            try (Stream<String> lines = Files.lines(file)) {
                long count = lines.count();
                if (count > FILE_LIMIT) {
                    tooLong.put(file, count);
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    /** Maven runs the tests in the module's folder; the house is the one above it. */
    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            return files.filter(file ->
                            file.toString().endsWith(".java") && file.toString().contains("/src/"))
                    .toList();
        }
    }

    private static boolean main(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }

    /** Rooms are named by the first two parts of a package below the house's, or by the first where there is but one. */
    private static String room(JavaClass type) {
        String[] parts = type.getPackageName().substring(HOUSE.length()).split("\\.");
        return parts.length == 1 || parts[0].equals("console") || parts[0].equals("standalone")
                ? parts[0]
                : parts[0] + "." + parts[1];
    }

    private static boolean mayKnow(String from, String to) {
        if (from.equals(to) || from.equals("standalone")) {
            return true;
        }
        if (SERVICES.contains(from)) {
            return KNOWS.containsKey(to);
        }
        return KNOWS.getOrDefault(from, Set.of()).stream().anyMatch(known -> known.equals(to) || mayKnow(known, to));
    }

    private static DescribedPredicate<JavaClass> outsideThePlatform() {
        return DescribedPredicate.not(resideInAPackage("dev.millrace.platform.."))
                .as("outside the platform");
    }

    /** Whether a method of the class enters a {@code synchronized} block; the class file knows, ArchUnit's model does not. */
    private static boolean locks(JavaClass type) {
        try (InputStream bytes = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return ClassFile.of().parse(bytes.readAllBytes()).methods().stream()
                    .flatMap(method -> method.code().stream())
                    .anyMatch(code -> code.elementStream().anyMatch(MonitorInstruction.class::isInstance));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
