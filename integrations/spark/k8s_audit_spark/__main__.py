"""`python -m k8s_audit_spark`."""

import sys

from k8s_audit_spark.submit import main

sys.exit(main(sys.argv[1:]))
