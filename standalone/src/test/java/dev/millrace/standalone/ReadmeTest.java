package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.millrace.platform.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents say is what the code has. */
final class ReadmeTest {
    private static final Path HOUSE = Path.of("..");
    private static final Path README = HOUSE.resolve("README.md");
    private static final String BEGIN = "<!-- settings: written by ReadmeTest -->\n";
    private static final String END = "<!-- end of settings -->\n";
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]\\w+)[`.]");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    @Test
    void theTableOfSettingsIsComplete() throws IOException {
        String text = Files.readString(README);
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int to = text.indexOf(END);
        String table = Settings.table(Distribution.settings());
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(README, text.substring(0, from) + table + text.substring(to));
        } else {
            assertThat(text.substring(from, to))
                    .as("README.md; -Dgolden.update=true writes it anew")
                    .isEqualTo(table);
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                if (!Files.exists(document.resolveSibling(link.group(1)))) {
                    broken.add(document + ": " + link.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void theMapNamesClassesThatAreThere() throws IOException {
        Set<String> classes = new ClassFileImporter()
                .importPackages("dev.millrace").stream()
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.toSet());
        Set<String> named = new TreeSet<>();
        Matcher name = TYPE.matcher(Files.readString(HOUSE.resolve("ARCHITECTURE.md")));
        while (name.find()) {
            named.add(name.group(1));
        }
        assertThat(named).hasSizeGreaterThan(20);
        assertThat(classes).containsAll(named);
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(HOUSE)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("node_modules")
                            && !file.toString().contains("target")
                            && !file.toString().contains("/.git/"))
                    .toList();
        }
    }
}
