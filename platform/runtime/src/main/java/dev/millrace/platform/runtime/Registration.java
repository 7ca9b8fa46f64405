package dev.millrace.platform.runtime;

/** Something that was asked for until further notice. */
@FunctionalInterface
public interface Registration {
    /** The notice; without effect the second time. */
    void cancel();
}
