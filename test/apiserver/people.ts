import type { Answer, Cluster, User } from './cluster.ts';

/** What somebody did, and what came of it. */
interface Deed {
  readonly method: string;
  readonly answer: Answer;
}

/** People work in a namespace of their own: create, read, change, delete, and are refused. @returns what they did */
export async function act(cluster: Cluster, namespace: string, rounds: number): Promise<Deed[]> {
  const deeds: Deed[] = [];
  const as = async (user: User, method: string, path: string, body?: object): Promise<void> => {
    deeds.push({ method, answer: await cluster.ask(user, method, path, body) });
  };
  const meta = (name: string): object => ({ metadata: { name, namespace } });
  // Roles that are put together from others need a controller, which is not there.
  await as('admin', 'POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await as(
    'admin',
    'POST',
    `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
    {
      ...meta('devs'),
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'cluster-admin',
      },
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'devs' }],
    },
  );
  const maps = `/api/v1/namespaces/${namespace}/configmaps`;
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  // What was bound holds when the API server has read it again.
  for (let tries = 0; tries < 100; tries++) {
    if ((await cluster.ask('alice', 'GET', maps)).status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (let round = 0; round < rounds; round++) {
    const name = `thing-${round}`;
    await as('alice', 'POST', maps, { ...meta(name), data: { a: 'x'.repeat(500) } });
    await Promise.all([
      as('alice', 'GET', `${maps}/${name}`),
      as('bob', 'PUT', `${maps}/${name}`, { ...meta(name), data: { b: '1' } }),
      as('bob', 'POST', secrets, { ...meta(name), stringData: { password: 'p' } }),
      as('eve', 'GET', secrets),
      as('nobody', 'GET', '/api/v1/pods'),
    ]);
    await as('bob', 'DELETE', `${maps}/${name}`);
  }
  return deeds;
}

/** How many requests came as far as admission. */
export function changesOf(deeds: readonly Deed[]): number {
  return deeds.filter(({ method, answer: { status } }) => method !== 'GET' && status < 400).length;
}
