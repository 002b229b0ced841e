// Judges IAM requests: one JSON object a line on standard input, one verdict a line on standard
// output, in the same order. The only argument is the folder into which make installed the engine.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const require = createRequire(`${process.argv[2]}/`)
const { runSimulation, runUnsafeSimulation } = require('@cloud-copilot/iam-simulate')
const policies = require('@cloud-copilot/iam-policy')

// Where the reference knows no kind of resource for a request, or two, the policies still decide.
const UNTYPED = ['multiple.resource.types', 'no.resource.types']
const EVERYTHING = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }

// Policies come by number after their first use: thousands of requests share a few documents.
const documents = []
const validated = new Map()

function validate(number, kind) {
  const key = `${number} ${kind}`
  if (!validated.has(key)) {
    validated.set(key, policies.createValidatedPolicy(documents[number], policies[kind]))
  }
  return validated.get(key)
}

function named(numbers, kind, checked) {
  return numbers.map((number) => ({
    name: `policy ${number}`,
    policy: checked ? validate(number, kind) : documents[number],
  }))
}

function simulation(asked, checked) {
  const kind = asked.trust ? 'validateTrustPolicy' : 'validateResourcePolicy'
  const scp = { name: 'everything', policy: EVERYTHING }
  return {
    request: {
      principal: asked.principal,
      action: asked.action,
      resource: { resource: asked.resource, accountId: asked.account },
      contextVariables: asked.context,
    },
    identityPolicies: named(asked.identity, 'validateIdentityPolicy', checked),
    permissionBoundaryPolicies:
      asked.boundary === null ? undefined : named([asked.boundary], 'validateIdentityPolicy', checked),
    sessionPolicy:
      asked.session === null ? undefined : checked ? validate(asked.session, 'validateSessionPolicy') : documents[asked.session],
    resourcePolicy:
      asked.policy === null ? undefined : checked ? validate(asked.policy, kind) : documents[asked.policy],
    serviceControlPolicies: [{ orgIdentifier: 'o-example', policies: [scp] }],
    resourceControlPolicies: [],
  }
}

async function verdict(asked) {
  const result = await runSimulation(simulation(asked, true), {})
  if (result.resultType !== 'error') {
    const parts = result.resultType === 'single' ? [result.result] : result.results
    const ignored = new Set(parts.flatMap((part) => part.ignoredContextKeys ?? []))
    return { verdict: result.overallResult, ignored: [...ignored], untyped: '' }
  }
  const reason = result.errors.message
  if (UNTYPED.includes(reason) && asked.session === null) {
    return { verdict: runUnsafeSimulation(simulation(asked, false), {}), ignored: [], untyped: reason }
  }
  return { error: JSON.stringify(result.errors) }
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  if ('document' in asked) {
    documents.push(asked.document)
    continue
  }
  let answer
  try {
    answer = await verdict(asked)
  } catch (error) {
    answer = { error: String(error) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
