package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.testkit.Signal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A node in a process of its own, which can be stopped, silenced and killed as only a process can. */
final class OtherProcess implements AutoCloseable {
    private final Process process;

    private OtherProcess(Process process) {
        this.process = process;
    }

    /** Starts it with the settings as flags; it is there when the others see it. */
    static OtherProcess start(Map<String, String> flags) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-javaagent"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OtherProcess.class.getName()));
        flags.forEach((key, value) -> command.add(key + "=" + value));
        try {
            return new OtherProcess(new ProcessBuilder(command).inheritIO().start());
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    void signal(Signal signal) {
        signal.send(process);
    }

    boolean alive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The process itself. */
    public static void main(String[] flags) {
        Map<String, String> settings = new HashMap<>(Map.of("store.dir", ""));
        for (String flag : flags) {
            String[] parts = flag.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        Node.start(Settings.of(RuntimeConfig.ALL, settings), List.of(new Asked(Role.LOCATION)))
                .onSuccess(Node::stopWithProcess)
                .onFailure(failure -> Runtime.getRuntime().halt(BadSetting.EXIT_CODE));
    }
}
