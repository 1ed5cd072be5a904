/**
 * Techniques of the ATT&CK matrix for containers. Those that happen inside a container or on the network leave no
 * audit event: they are listed all the same, so that one sees what other sensors are for.
 */
export const CONTAINER_TECHNIQUES: readonly { readonly id: string; readonly name: string }[] = [
  { id: 'T1036', name: 'Masquerading' },
  { id: 'T1046', name: 'Network Service Discovery' },
  { id: 'T1053.007', name: 'Container Orchestration Job' },
  { id: 'T1068', name: 'Exploitation for Privilege Escalation' },
  { id: 'T1069', name: 'Permission Groups Discovery' },
  { id: 'T1070', name: 'Indicator Removal' },
  { id: 'T1078', name: 'Valid Accounts' },
  { id: 'T1098.006', name: 'Additional Container Cluster Roles' },
  { id: 'T1110', name: 'Brute Force' },
  { id: 'T1133', name: 'External Remote Services' },
  { id: 'T1136', name: 'Create Account' },
  { id: 'T1190', name: 'Exploit Public-Facing Application' },
  { id: 'T1204.003', name: 'Malicious Image' },
  { id: 'T1485', name: 'Data Destruction' },
  { id: 'T1490', name: 'Inhibit System Recovery' },
  { id: 'T1496', name: 'Resource Hijacking' },
  { id: 'T1498', name: 'Network Denial of Service' },
  { id: 'T1499', name: 'Endpoint Denial of Service' },
  { id: 'T1525', name: 'Implant Internal Image' },
  { id: 'T1528', name: 'Steal Application Access Token' },
  { id: 'T1543.005', name: 'Container Service' },
  { id: 'T1550.001', name: 'Application Access Token' },
  { id: 'T1552', name: 'Unsecured Credentials' },
  { id: 'T1609', name: 'Container Administration Command' },
  { id: 'T1610', name: 'Deploy Container' },
  { id: 'T1611', name: 'Escape to Host' },
  { id: 'T1612', name: 'Build Image on Host' },
  { id: 'T1613', name: 'Container and Resource Discovery' },
];
