package dev.millrace.platform.runtime;

/** A module without a role of its own: the console, a publisher of samples. It starts after the roles and stops before them. */
public interface NodeModule {
    /** For logs and the status. */
    String name();

    /** Its service on that node; called once per node, on the context the service lives on. */
    Service create(NodeContext node);
}
