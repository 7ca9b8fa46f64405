package dev.millrace.standalone;

import dev.millrace.platform.runtime.BadSetting;
import dev.millrace.platform.runtime.Settings;
import dev.millrace.protocols.wire.Malformed;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The command line. Exit codes: 0 done, 1 the start or the question failed, 2 the command or a setting is wrong. */
public final class Main {
    private static final int FAILED = 1;

    private Main() {}

    public static void main(String[] args) {
        int code = commandLine().execute(args);
        // A node stops by itself on SIGTERM and SIGINT; until then `run` and `demo` do not come back.
        System.exit(code);
    }

    static CommandLine commandLine() {
        CommandSpec main = CommandSpec.create().name("millrace");
        main.usageMessage().description("One cluster for calls and streams.");
        add(main, "run", "Starts a node.", (given, _) -> NodeCommand.run(Flags.settings(given)));
        add(
                main,
                "demo",
                "Starts every role in this process, with a sample stream.",
                (given, out) -> NodeCommand.demo(Flags.settings(given), out));
        addListing(main, "status", "Prints what a running node knows about its cluster.", AdminCommand::status);
        addListing(main, "bindings", "Prints who is registered, where and by which phone.", PhoneCommand::bindings);
        addListing(main, "calls", "Prints the calls that are going on.", PhoneCommand::calls);
        main.addSubcommand("user", users());
        addChange(main, "drain", "The role of that node takes nothing new; what runs goes on.");
        addChange(main, "resume", "The role of that node takes new work again.");
        CommandSpec rehearse = command("rehearse", "For the launcher.", (_, _) -> NodeCommand.rehearse());
        rehearse.usageMessage().hidden(true);
        main.addSubcommand("rehearse", rehearse);
        CommandSpec version = command("version", "Prints the version.", (_, out) -> version(out));
        main.addSubcommand("version", version);
        CommandLine line = new CommandLine(main);
        line.setParameterExceptionHandler(Main::misused);
        line.setExecutionExceptionHandler(Main::failed);
        return line;
    }

    /** What a command does with its flags; the exit code. */
    private interface Action {
        int call(ParseResult given, PrintWriter out) throws Exception;
    }

    private static CommandSpec add(CommandSpec main, String name, String text, Action action) {
        CommandSpec command = command(name, text, action);
        boolean node = name.equals("run") || name.equals("demo");
        Flags.addTo(command, setting -> node || setting.key().startsWith("admin."));
        main.addSubcommand(name, command);
        return command;
    }

    /** Something that a running node is asked for, as a table for people or as JSON. */
    private interface Listing {
        int print(Settings settings, boolean json, PrintWriter out) throws IOException, InterruptedException;
    }

    private static void addListing(CommandSpec main, String name, String text, Listing listing) {
        CommandSpec command = add(
                main,
                name,
                text,
                (given, out) -> listing.print(Flags.settings(given), given.hasMatchedOption("--json"), out));
        command.addOption(CommandLine.Model.OptionSpec.builder("--json")
                .description("As the admin API says it")
                .build());
    }

    private static CommandSpec users() {
        CommandSpec user = CommandSpec.create().name("user").mixinStandardHelpOptions(true);
        user.usageMessage().description("Who may register and call.");
        addListing(user, "list", "Prints the users of all domains.", UserCommand::list);
        addUser(
                user,
                "add",
                "Adds a user or changes its password, which it asks for.",
                "<user@domain>",
                UserCommand::add);
        addUser(user, "remove", "Removes a user.", "<user@domain>", UserCommand::remove);
        addUser(
                user,
                "import",
                "Adds the users of a file: user@domain,password line by line.",
                "<file>",
                (settings, file, out) -> UserCommand.importFrom(settings, Path.of(file), out));
        return user;
    }

    /** What is done with one user, or one file of them. */
    private interface UserAction {
        int call(Settings settings, String given, PrintWriter out) throws IOException, InterruptedException;
    }

    private static void addUser(CommandSpec user, String name, String text, String label, UserAction action) {
        CommandSpec command = add(
                user,
                name,
                text,
                (given, out) -> action.call(Flags.settings(given), given.matchedPositionalValue(0, ""), out));
        command.addPositional(positional(0, label));
    }

    private static void addChange(CommandSpec main, String name, String text) {
        CommandSpec command = add(
                main,
                name,
                text,
                (given, out) -> AdminCommand.change(
                        Flags.settings(given),
                        name,
                        given.matchedPositionalValue(0, ""),
                        given.matchedPositionalValue(1, ""),
                        out));
        command.addPositional(positional(0, "<node>"));
        command.addPositional(positional(1, "<role>"));
    }

    private static PositionalParamSpec positional(int index, String label) {
        return PositionalParamSpec.builder()
                .index(String.valueOf(index))
                .paramLabel(label)
                .type(String.class)
                .required(true)
                .build();
    }

    private static CommandSpec command(String name, String text, Action action) {
        Doing doing = new Doing(action);
        CommandSpec command =
                CommandSpec.wrapWithoutInspection(doing).name(name).mixinStandardHelpOptions(true);
        command.usageMessage().description(text);
        doing.command = command;
        return command;
    }

    /** What picocli calls: it knows its command only after that is made. */
    private static final class Doing implements Callable<Integer> {
        private final Action action;
        private CommandSpec command = CommandSpec.create();

        Doing(Action action) {
            this.action = action;
        }

        @Override
        public Integer call() throws Exception {
            CommandLine line = command.commandLine();
            PrintWriter out = line.getOut();
            int code = action.call(line.getParseResult(), out);
            out.flush();
            return code;
        }
    }

    private static int version(PrintWriter out) {
        Properties build = new Properties();
        try (InputStream file = Main.class.getResourceAsStream("build.properties")) {
            if (file != null) {
                build.load(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        out.println("millrace " + build.getProperty("version", "unknown") + ", Java " + Runtime.version());
        return 0;
    }

    private static int misused(CommandLine.ParameterException problem, String[] args) {
        PrintWriter err = problem.getCommandLine().getErr();
        err.println("millrace: " + problem.getMessage());
        err.println("`" + problem.getCommandLine().getCommandSpec().qualifiedName() + " --help` says what there is.");
        err.flush();
        return BadSetting.EXIT_CODE;
    }

    private static int failed(Exception problem, CommandLine line, ParseResult given) {
        PrintWriter err = line.getErr();
        err.println("millrace: " + sentence(problem));
        err.flush();
        return problem instanceof BadSetting || problem instanceof Malformed ? BadSetting.EXIT_CODE : FAILED;
    }

    private static String sentence(Throwable problem) {
        String message = problem.getMessage();
        return message == null || message.isBlank() ? problem.toString() : message;
    }
}
