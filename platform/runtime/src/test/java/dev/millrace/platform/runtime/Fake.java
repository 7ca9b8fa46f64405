package dev.millrace.platform.runtime;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Interfaces of Hazelcast of which a test needs a few methods. */
final class Fake {
    private Fake() {}

    /** Answers the named methods, whatever their other arguments are; any other one fails the test. */
    static <T> T of(Class<T> type, Map<String, Function<Object[], Optional<?>>> methods) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Function<Object[], Optional<?>> answer = methods.get(method.getName());
                    if (answer == null) {
                        throw new AssertionError(type.getSimpleName() + "." + method.getName() + " is asked");
                    }
                    return answer.apply(arguments == null ? new Object[0] : arguments)
                            .orElse(null);
                }));
    }
}
