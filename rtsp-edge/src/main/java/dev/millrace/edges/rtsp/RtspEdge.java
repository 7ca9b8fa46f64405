package dev.millrace.edges.rtsp;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;
import dev.millrace.platform.runtime.Setting;
import java.util.List;

/** The role rtsp-edge: publishers and readers by RTSP 1.0 (RFC 2326). */
public final class RtspEdge implements RoleModule {
    /** What may be configured about it. */
    public static final List<Setting<?>> SETTINGS = RtspConfig.ALL;

    @Override
    public Role role() {
        return Role.RTSP_EDGE;
    }

    @Override
    public Service create(NodeContext node) {
        return new RtspService(node);
    }
}
